using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Checks of the ledger: what has no price, what is unknown, where the prompt cache does little.</summary>
internal sealed class MoneyChecks(ILedgerStore ledger, PriceList prices, DateTimeOffset since, DateTimeOffset now)
{
    private const int Page = 1_000;
    private const int MostUnpriced = 100_000;
    private const int MaxAgeDays = 180;
    private const long EnoughCalls = 20;

    // The alert's default.
    private const decimal LowHitRate = 0.5m;

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var rollups = new List<Rollup>();
        await foreach (var rollup in ledger.ReadRollupsAsync(RollupPeriod.Hour, since, now.AddHours(1), cancellationToken).ConfigureAwait(false))
        {
            rollups.Add(rollup);
        }

        return [.. await UnpricedAsync(cancellationToken).ConfigureAwait(false), .. Unknown(rollups), .. Hits(rollups), .. Stale(rollups)];
    }

    private async Task<IEnumerable<Finding>> UnpricedAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<(ModelId Model, Route Route), long>();
        var after = 0L;
        for (var count = 0; count < MostUnpriced;)
        {
            var rows = await ledger.ReadUnpricedAsync(after, Page, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                var key = (row.Profile.Model, row.Entry.Route);
                found[key] = found.GetValueOrDefault(key) + 1;
                after = row.Number;
            }

            if (rows.Count < Page)
            {
                break;
            }

            count += rows.Count;
        }

        return found.Select(entry =>
        {
            var tier = entry.Key.Route.Tier();
            var isPriced = prices.IsPriced(entry.Key.Model, tier, now);
            return new Finding(
                "unpriced", Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"{entry.Value:N0} {(tier == PriceTier.Batch ? "batched" : "live")} calls of {entry.Key.Model} have no price{(isPriced ? ", though there is one now" : "")}"),
                isPriced ? "A node corrects them by itself; if it does not, a kind of token they used has no price: parsimony ledger says which." : "Add a price (docs/prices.md), or read the bill's: parsimony reconcile --propose FILE.");
        });
    }

    private static IEnumerable<Finding> Unknown(IReadOnlyList<Rollup> rollups)
    {
        var unknown = rollups.Sum(rollup => rollup.Unknown);
        if (unknown > 0)
        {
            var most = rollups.Sum(rollup => rollup.UpperBoundUsd);
            yield return new Finding(
                "unknown_cost", Severity.Note, string.Create(CultureInfo.InvariantCulture, $"{unknown:N0} attempts have an unknown cost, at most {Usd.Format(most)} USD as far as they have a bound"),
                "Hold them against the bill: parsimony reconcile.")
            {
                Figures = [("attempts", unknown.ToString(CultureInfo.InvariantCulture)), ("at_most_usd", most.ToString(CultureInfo.InvariantCulture))],
            };
        }
    }

    // Prompts too short for a cache are no failure of one.
    private static IEnumerable<Finding> Hits(IReadOnlyList<Rollup> rollups)
    {
        foreach (var workload in rollups.GroupBy(rollup => PrefixDriftMonitor.WorkloadOf(rollup.Profile)))
        {
            var calls = workload.Sum(rollup => rollup.Entries);
            var usage = workload.Aggregate(default(TokenUsage), (sum, rollup) => sum + rollup.Usage);
            if (calls < EnoughCalls || ModelCatalogue.Default.Find(workload.Key.Model)?.MinCacheTokens is not { } least || usage.TotalInput / calls < least
                || workload.Sum(rollup => rollup.CacheHits) is var hits && (decimal)hits / calls >= LowHitRate)
            {
                continue;
            }

            yield return new Finding(
                "cache_hits", Severity.Note, string.Create(CultureInfo.InvariantCulture, $"{Name(workload.Key)}: {hits:N0} of {calls:N0} calls read from the prompt cache, though they have {usage.TotalInput / calls:N0} input tokens on average"),
                "If they begin alike, see prefix_drift below; put what is the same first, what changes last (docs/caching.md).")
            {
                Figures = [("calls", calls.ToString(CultureInfo.InvariantCulture)), ("hits", hits.ToString(CultureInfo.InvariantCulture)), ("read_tokens", usage.CacheRead.ToString(CultureInfo.InvariantCulture)), ("input_tokens", usage.TotalInput.ToString(CultureInfo.InvariantCulture))],
            };
        }
    }

    private IEnumerable<Finding> Stale(IReadOnlyList<Rollup> rollups)
    {
        var models = rollups.Select(rollup => BookedUsage.Canonical(rollup.Profile.Model).ToString()).ToHashSet(StringComparer.Ordinal);
        return prices.Check(DateOnly.FromDateTime(now.UtcDateTime), MaxAgeDays).Where(fault => models.Any(model => fault.Contains(model, StringComparison.Ordinal)))
            .Select(fault => new Finding("prices", Severity.Note, fault, "Look at the source; a file of your own goes before the listed price (docs/prices.md)."));
    }

    /// <summary>A workload in words.</summary>
    public static string Name(PrefixWorkload workload)
    {
        string[] parts = [Part("component", workload.Component), Part("agent", workload.Agent), Part("tenant", workload.Tenant)];
        var said = string.Join(", ", parts.Where(part => part.Length > 0));
        return said.Length == 0 ? workload.Model.ToString() : $"{workload.Model} ({said})";

        static string Part(string name, string value) => value.Length == 0 ? "" : $"{name} {value}";
    }
}
