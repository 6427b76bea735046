using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Reads rows of the view stored_batches.</summary>
internal static class BatchRows
{
    internal static List<Batch> ReadAll(Statement bound)
    {
        using (bound)
        {
            var rows = new List<Batch>();
            while (bound.Step())
            {
                rows.Add(BatchColumns.Read(bound));
            }

            return rows;
        }
    }

    internal static Batch? Find(Connection connection, long id)
    {
        using var row = connection.Use("FindBatch").With(id);
        return row.Step() ? BatchColumns.Read(row) : null;
    }

    /// <summary>Leases the batches whose numbers a bound statement gives, and reads them as they are then.</summary>
    internal static IReadOnlyList<Batch> Lease(Connection connection, Statement bound, Lease lease)
    {
        var leased = new List<Batch>();
        foreach (var id in RequestRows.ReadNumbers(bound))
        {
            connection.Use("LeaseBatch").With(lease.Owner).With(lease.Until).With(id).Run();
            if (Find(connection, id) is { } batch)
            {
                leased.Add(batch);
            }
        }

        return leased;
    }
}
