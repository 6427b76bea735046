namespace Parsimony.Engine;

/// <summary>The columns of the view stored_entries, where profile and price source stand as their numbers.</summary>
internal readonly record struct EntryColumns(long Number, RequestId Request, long Profile, long Source, string? BatchKey, LedgerEntry Entry)
{
    internal static EntryColumns Read(IStoredRow row)
    {
        var number = row.Int64();
        var sequence = row.Int64();
        var attempt = row.Int32();
        var kind = (LedgerKind)row.Small();
        var revision = row.Int32();
        row.Skip();
        var profile = row.Int64();
        var entry = new LedgerEntry
        {
            Sequence = sequence,
            Attempt = attempt,
            Kind = kind,
            Revision = revision,
            At = row.Time(),
            Route = (Route)row.Small(),
            Usage = ReadUsage(row),
            CostUsd = row.MoneyOrNull(),
            UpperBoundUsd = row.MoneyOrNull(),
            BaselineUsd = row.MoneyOrNull(),
            SavedByBatchUsd = row.Money(),
            SavedByCacheUsd = row.Money(),
            SavedByTierUsd = row.Money(),
            SavedByReuseUsd = row.Money(),
            SavedByRoutingUsd = row.Money(),
            PriceSource = "",
        };
        var source = row.Int64();
        entry = entry with { ProviderReference = row.TextOrNull() };
        var (request, batchKey) = (new RequestId(row.Uuid()), row.TextOrNull());
        return new EntryColumns(number, request, profile, source, batchKey, entry with { ReportedUsd = row.MoneyOrNull() });
    }

    internal LedgerRow Resolve(RequestProfile profile, string? priceSource) =>
        new(Number, Request, profile, BatchKey, Entry with { PriceSource = priceSource ?? "" });

    /// <summary>What is written of an amount that is usually zero.</summary>
    internal static decimal? OrNull(decimal value) => value == 0m ? null : value;

    private static TokenUsage? ReadUsage(IStoredRow row)
    {
        var uncached = row.Int64OrNull();
        var usage = new TokenUsage
        {
            UncachedInput = uncached ?? 0,
            CacheRead = row.Int64OrNull() ?? 0,
            CacheWriteShort = row.Int64OrNull() ?? 0,
            CacheWriteLong = row.Int64OrNull() ?? 0,
            Output = row.Int64OrNull() ?? 0,
            Reasoning = row.Int64OrNull() ?? 0,
            Images = row.Int32OrNull() ?? 0,
        };
        return uncached is null ? null : usage;
    }
}
