using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Writes and reads what requests were decided on.</summary>
internal static class DecisionRows
{
    /// <summary>Adds a chunk's: a row for each run of them, and the contexts that are new.</summary>
    internal static void Add(Connection connection, DecisionRuns decisions, DateTimeOffset now)
    {
        foreach (var run in decisions.All)
        {
            // Looked up each time, not remembered: a context nobody uses any more is pruned.
            var context = FindContext(connection, run.Context.Key) ?? AddContext(connection, run.Context, now);
            connection.Use("AddDecision").With(run.First).With(run.Last).With(context).With(run.Reason).With((long)run.Route).With(run.At).With(run.Inputs().AsSpan()).Run();
        }
    }

    /// <summary>The decision of a request; null when there is none.</summary>
    internal static StoredDecision? Read(Connection connection, Dictionaries dictionaries, long sequence)
    {
        using var row = connection.Use("ReadDecisions").With(sequence).With(sequence - DecisionRow.MostSpan);
        while (row.Step())
        {
            var decision = new DecisionRow(row.Int64(), row.Int64(), row.Text(), row.Int64(), (Route)row.Int32(), row.Bytes().ToArray());
            if (decision.Find(sequence) is { } found)
            {
                return found.Resolve(decision, dictionaries.Phrase(connection, decision.Reason) ?? "");
            }
        }

        return null;
    }

    /// <summary>Removes those that were taken before an instant, a page of them, and contexts that nobody uses any more.</summary>
    internal static int Prune(Connection connection, DateTimeOffset before, int max)
    {
        var pruned = connection.Use("PruneDecisions").With(max).With(before).Run();
        if (pruned > 0)
        {
            connection.Use("PruneDecisionContexts").With(before).With(max).Run();
        }

        return pruned;
    }

    private static long? FindContext(Connection connection, Guid key)
    {
        using var row = connection.Use("FindDecisionContext").WithKey(key);
        return row.Step() ? row.Int64() : null;
    }

    private static long AddContext(Connection connection, DecisionContext context, DateTimeOffset now)
    {
        connection.Use("AddDecisionContext").WithKey(context.Key).With(now).With(context.Text).Run();
        return connection.LastRowId;
    }

    private static Statement WithKey(this Statement statement, Guid key)
    {
        Span<byte> bytes = stackalloc byte[16];
        key.TryWriteBytes(bytes, bigEndian: true, out _);
        return statement.With(bytes);
    }
}
