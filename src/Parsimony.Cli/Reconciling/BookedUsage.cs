using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>What the ledger has of a day, model, tier and credential.</summary>
internal sealed record BookedUsage(ProviderId Provider, DateOnly Day, ModelId Model, PriceTier Tier, string Credential)
{
    public long Calls { get; init; }

    public long Unknown { get; init; }

    public TokenUsage Usage { get; init; }

    public decimal Usd { get; init; }

    /// <summary>What the calls of unknown cost can have cost at most, as far as they have a bound.</summary>
    public decimal UnknownAtMostUsd { get; init; }

    /// <summary>The roll-ups of a time, by day.</summary>
    public static async Task<IReadOnlyList<BookedUsage>> ReadAsync(ILedgerStore ledger, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var days = new Dictionary<(DateOnly, ModelId, PriceTier, string), BookedUsage>();
        await foreach (var rollup in ledger.ReadRollupsAsync(RollupPeriod.Hour, from, until, cancellationToken).ConfigureAwait(false))
        {
            var line = new BookedUsage(
                rollup.Profile.Model.Provider, DateOnly.FromDateTime(rollup.Start.UtcDateTime), Canonical(rollup.Profile.Model),
                rollup.Route.Tier(), rollup.Profile.Credential);
            var key = (line.Day, line.Model, line.Tier, line.Credential);
            line = days.GetValueOrDefault(key, line);
            days[key] = line with
            {
                Calls = line.Calls + rollup.Entries,
                Unknown = line.Unknown + rollup.Unknown,
                Usage = line.Usage + rollup.Usage,
                Usd = line.Usd + rollup.CostUsd,
                UnknownAtMostUsd = line.UnknownAtMostUsd + rollup.UpperBoundUsd,
            };
        }

        return [.. days.Values];
    }

    /// <summary>One name for all names of a model: reports have dated ones where callers write short ones.</summary>
    public static ModelId Canonical(ModelId model) => ModelCatalogue.Default.Find(model)?.Id ?? model;
}
