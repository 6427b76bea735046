using System.CommandLine;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary><c>parsimony providers</c>: what each provider can do, with source and day of every fact. Holding one back is <see cref="ProviderCommand"/>.</summary>
internal static class ProvidersCommand
{
    public static Command Create()
    {
        var provider = new Argument<string?>("PROVIDER") { Description = "Show everything known of this one, with its sources. An unknown one can do nothing. All when left out.", Arity = ArgumentArity.ZeroOrOne };
        var unverified = new Option<bool>("--unverified") { Description = "Only the facts nobody could confirm." };
        var json = SharedOptions.Json();
        var command = new Command("providers", "Show what each provider can do: batches, caching, limits, windows, discounts. Calls nobody.") { provider, unverified, json };
        command.Runs(
            (parsed, terminal, _) =>
            {
                var name = parsed.GetValue(provider);
                var shown = Find(name, parsed.GetValue(unverified));
                if (terminal.IsJson)
                {
                    ProviderFactsJson.Write(shown);
                }
                else if (parsed.GetValue(unverified))
                {
                    ProviderTable.ShowUnverified(terminal, shown);
                }
                else if (name is null)
                {
                    ProviderTable.Show(terminal.Out, shown);
                }
                else
                {
                    ProviderTable.ShowOne(terminal, shown[0]);
                }

                return Task.FromResult(ExitCode.Done);
            },
            json);
        return command;
    }

    private static List<ShownProvider> Find(string? name, bool unverifiedOnly) =>
    [
        .. (name is null ? ProviderId.All : [Known(name)])
            .Select(id => new ShownProvider(id, CapabilityMatrix.FactsOf(id)))
            .Select(one => unverifiedOnly ? one with { Facts = [.. one.Facts.Where(fact => !fact.IsVerified)] } : one)
            .Where(one => name is not null || one.Facts.Count > 0),
    ];

    private static string Known(string name) => ProviderId.TryParse(name, out var id) ? id.Value : name;
}

/// <summary>A provider as it is asked for, and what is known of it.</summary>
/// <param name="Name">Its identifier, or what was written for it.</param>
/// <param name="Known">What is known; null for an unknown one.</param>
internal sealed record ShownProvider(string Name, ProviderFacts? Known)
{
    /// <summary>The facts to show.</summary>
    public IReadOnlyList<ProviderFact> Facts { get; init; } = Known?.Facts ?? [];
}
