namespace Parsimony.Storage.Postgres;

/// <summary>The tables of operators' switches, priorities and turns: missing while a database still has the schema of the version before.</summary>
internal static class ControlTables
{
    internal static async ValueTask<bool> ExistAsync(Session session)
    {
        // Tables that are there stay; those that are not may come with the next node.
        if (!session.Database.HasControlTables)
        {
            session.Database.HasControlTables =
                await session.Use("FindControlTables").FirstAsync(static row => row.Int64(), session.Cancellation).ConfigureAwait(false) == 1;
        }

        return session.Database.HasControlTables;
    }
}
