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
                var row = EntryColumns.Read(bound);
                rows.Add(row.Resolve(dictionaries.Profile(connection, row.Profile), dictionaries.Phrase(connection, row.Source)));
            }

            return rows;
        }
    }
}
