using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Reads rows of the view stored_entries.</summary>
internal static class LedgerRows
{
    internal static List<LedgerRow> ReadAll(Statement bound, Connection connection, Dictionaries dictionaries)
    {
        using (bound)
        {
            var rows = new List<LedgerRow>();
            while (bound.Step())
            {
                rows.Add(Read(bound, connection, dictionaries));
            }

            return rows;
        }
    }

    private static LedgerRow Read(Statement row, Connection connection, Dictionaries dictionaries)
    {
        var number = row.Int64();
        var sequence = row.Int64();
        var attempt = row.Int32();
        var kind = (LedgerKind)row.Int32();
        var revision = row.Int32();
        row.Skip();
        var profile = dictionaries.Profile(connection, row.Int64());
        var entry = new LedgerEntry
        {
            Sequence = sequence,
            Attempt = attempt,
            Kind = kind,
            Revision = revision,
            At = row.Time(),
            Route = (Route)row.Int32(),
            Usage = ReadUsage(row),
            CostUsd = row.MoneyOrNull(),
            UpperBoundUsd = row.MoneyOrNull(),
            BaselineUsd = row.MoneyOrNull(),
            SavedByBatchUsd = row.Money(),
            SavedByCacheUsd = row.Money(),
            SavedByTierUsd = row.Money(),
            SavedByReuseUsd = row.Money(),
            SavedByRoutingUsd = row.Money(),
            PriceSource = dictionaries.Phrase(connection, row.Int64()) ?? "",
            ProviderReference = row.TextOrNull(),
        };
        return new LedgerRow(number, RequestRows.ReadId(row), profile, row.TextOrNull(), entry);
    }

    private static TokenUsage? ReadUsage(Statement row)
    {
        if (!row.IsNull())
        {
            return RollupSums.ReadUsage(row);
        }

        for (var i = 0; i < 7; i++)
        {
            row.Skip();
        }

        return null;
    }
}
