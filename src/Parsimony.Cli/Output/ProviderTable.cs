using System.Globalization;
using Parsimony.Engine;
using Spectre.Console;

namespace Parsimony.Cli;

/// <summary>Shows what providers can do.</summary>
internal static class ProviderTable
{
    private static readonly (string Title, string Fact)[] Limits =
    [
        ("batch", "batch"), ("requests", "max_requests"), ("bytes", "max_bytes"), ("fewest", "min_requests"), ("jobs", "concurrent_jobs"), ("queue", "queue"),
    ];

    private static readonly (string Title, string Fact)[] Terms =
    [
        ("window", "window"), ("worst", "worst_completion"), ("survives expiry", "on_expiry"), ("kept", "retention"), ("discount", "discount"), ("found by", "orphan_search"),
    ];

    private static readonly (string Title, string Fact)[] Caching =
    [
        ("caching", "caching"), ("lifetime", "cache_lifetime"), ("marks", "cache_marks"), ("with the batch discount", "stacking"),
    ];

    /// <summary>Three tables, a line for each provider in each.</summary>
    public static void Show(IAnsiConsole console, IReadOnlyList<ShownProvider> providers)
    {
        Show(console, "Batches: limits", Limits, providers);
        Show(console, "Batches: terms", Terms, providers);
        Show(console, "Prompt caching", Caching, providers);
        console.Profile.Out.Writer.WriteLine("- is not published, ? nobody could confirm; 'parsimony providers PROVIDER' and --json have the sources.");
    }

    /// <summary>Everything known of one, with its sources.</summary>
    public static void ShowOne(Terminal terminal, ShownProvider provider)
    {
        if (provider.Known is not { } known)
        {
            terminal.Line($"{provider.Name}: none. It is no known provider; those are {string.Join(", ", ProviderId.All)}.");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(provider.Name)).AddColumns("fact", "what is known", "source", "read on");
        foreach (var fact in provider.Facts)
        {
            table.AddRow(Name(fact), Markup.Escape(fact.ToString() + Doubt(fact)), Sources(fact), Day(fact));
        }

        terminal.Out.Write(table);
        terminal.Line("- is not published, ? nobody could confirm.");
        if (known.Note is { } note)
        {
            terminal.Line(note);
        }
    }

    /// <summary>What nobody could confirm.</summary>
    public static void ShowUnverified(Terminal terminal, IReadOnlyList<ShownProvider> providers)
    {
        if (providers.All(provider => provider.Facts.Count == 0))
        {
            terminal.Line("Nothing is left unconfirmed.");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("provider", "fact", "what is said", "source", "read on");
        foreach (var (provider, fact) in providers.SelectMany(provider => provider.Facts.Select(fact => (provider, fact))))
        {
            table.AddRow(Markup.Escape(provider.Name), Name(fact), Markup.Escape(fact.ToString()), Sources(fact), Day(fact));
        }

        terminal.Out.Write(table);
    }

    private static void Show(IAnsiConsole console, string title, (string Title, string Fact)[] columns, IReadOnlyList<ShownProvider> providers)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(title).AddColumn("provider").AddColumns([.. columns.Select(column => column.Title)]);
        foreach (var provider in providers)
        {
            table.AddRow([Markup.Escape(provider.Name), .. columns.Select(column => Cell(provider.Known?.Fact(column.Fact)))]);
        }

        console.Write(table);
    }

    private static string Cell(ProviderFact? fact) => fact is null ? "-" : Markup.Escape(fact.Value + Doubt(fact));

    private static string Doubt(ProviderFact fact) => fact.IsVerified ? "" : " ?";

    private static string Name(ProviderFact fact) => Markup.Escape(fact.Name.Replace('_', ' '));

    private static string Sources(ProviderFact fact) => Markup.Escape(string.Join('\n', fact.Sources));

    private static string Day(ProviderFact fact) => fact.CheckedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
