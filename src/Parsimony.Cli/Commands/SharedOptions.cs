using System.CommandLine;

namespace Parsimony.Cli;

/// <summary>Options several commands have.</summary>
internal static class SharedOptions
{
    public static Option<string?> Store() => new("--store")
    {
        Description = "The store: a file, or a PostgreSQL database (postgres://user:password@host/database). Default: PARSIMONY_STORE, else parsimony.db in the user's data folder.",
        HelpName = "STORE",
    };

    public static Option<string?> Config() => new("--config") { Description = "Configuration file, YAML or JSON. Default: providers whose keys are in the environment.", HelpName = "FILE" };

    public static Option<string?> Sandbox() => new("--sandbox") { Description = "Use a sandbox instead of the providers: what 'parsimony sandbox' printed.", HelpName = "URL" };

    public static Option<string?> Prices() => new("--prices") { Description = "A file with prices and discounts of your own. Default: 'prices' in the configuration, else PARSIMONY_PRICES.", HelpName = "FILE" };

    public static Option<bool> Json() => new("--json") { Description = "Write the result as JSON." };

    public static Option<bool> Verbose() => new("--verbose") { Description = "Show the engine's log on standard error." };
}
