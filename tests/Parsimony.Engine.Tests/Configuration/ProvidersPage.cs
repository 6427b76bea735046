using System.Text;

namespace Parsimony.Engine.Tests;

/// <summary>docs/providers.md with its tables as the data has them: what stands between a heading's table marks is replaced.</summary>
internal static class ProvidersPage
{
    private static readonly (string Title, string Fact)[] Batches =
    [
        ("batch", "batch"), ("requests", "max_requests"), ("bytes", "max_bytes"), ("fewest", "min_requests"), ("jobs", "concurrent_jobs"), ("queue", "queue"), ("window", "window"),
        ("worst", "worst_completion"), ("survives expiry", "on_expiry"), ("kept", "retention"), ("discount", "discount"), ("found by", "orphan_search"),
    ];

    private static readonly (string Title, string Fact)[] Caching =
    [
        ("caching", "caching"), ("lifetime", "cache_lifetime"), ("marks", "cache_marks"), ("with the batch discount", "stacking"), ("kinds", "kinds"),
    ];

    public static string Render(string page) =>
        Replace(Replace(Replace(page, "batches", Table(Batches)), "caching", Table(Caching)), "unverified", Unverified());

    private static string Replace(string page, string name, string table)
    {
        var (begin, end) = ($"<!-- table: {name} -->\n", "<!-- end -->");
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[..start] + table + page[page.IndexOf(end, start, StringComparison.Ordinal)..];
    }

    private static string Table((string Title, string Fact)[] columns)
    {
        var text = new StringBuilder().Append("| provider | ").AppendJoin(" | ", columns.Select(column => column.Title)).Append(" |\n|---|").Append(string.Concat(columns.Select(_ => "---|"))).Append('\n');
        foreach (var provider in ProviderId.All)
        {
            text.Append("| ").Append(provider).Append(" | ").AppendJoin(" | ", columns.Select(column => Cell(CapabilityMatrix.FactsOf(provider)?.Fact(column.Fact)))).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Unverified()
    {
        var text = new StringBuilder("| provider | fact | what is said | source |\n|---|---|---|---|\n");
        foreach (var (provider, fact) in ProviderId.All.SelectMany(id => (CapabilityMatrix.FactsOf(id)?.Facts ?? []).Where(fact => !fact.IsVerified).Select(fact => (id, fact))))
        {
            text.Append("| ").Append(provider).Append(" | ").Append(fact.Name.Replace('_', ' ')).Append(" | ").Append(fact).Append(" | ").AppendJoin(", ", fact.Sources.Select(source => $"<{source}>")).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Cell(ProviderFact? fact) => fact is null ? "-" : fact.IsVerified ? fact.Value : fact.Value + " ?";
}
