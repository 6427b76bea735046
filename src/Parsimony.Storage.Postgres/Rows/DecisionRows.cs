using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Writes and reads what requests were decided on.</summary>
internal static class DecisionRows
{
    /// <summary>Adds a chunk's: a row for each run of them. Their contexts are there (<see cref="Dictionaries.NoteContextAsync"/>), unless they were pruned since.</summary>
    internal static async Task AddAsync(Session session, DecisionRuns decisions, DateTimeOffset now)
    {
        var runs = decisions.All;
        if (runs.Count == 0 || await TryAddAsync(session, runs).ConfigureAwait(false) == runs.Count)
        {
            return;
        }

        foreach (var context in runs.Select(run => run.Context).Distinct())
        {
            await session.Use("AddDecisionContext").With(context.Key).With(now).With(context.Text).RunAsync(session.Cancellation).ConfigureAwait(false);
        }

        await TryAddAsync(session, runs).ConfigureAwait(false);
    }

    /// <summary>The decision of a request; null when there is none.</summary>
    internal static async Task<StoredDecision?> ReadAsync(Session session, long sequence)
    {
        var rows = await session.Use("ReadDecisions").With(sequence).With(sequence - DecisionRow.MostSpan).ListAsync(
            static row => new DecisionRow(row.Int64(), row.Int64(), row.Text(), row.Int64(), (Route)row.Small(), row.Bytes()), session.Cancellation).ConfigureAwait(false);
        foreach (var row in rows)
        {
            if (row.Find(sequence) is { } found)
            {
                return found.Resolve(row, await session.Dictionaries.PhraseAsync(session.Database, row.Reason, session.Cancellation).ConfigureAwait(false) ?? "");
            }
        }

        return null;
    }

    /// <summary>Removes those that were taken before an instant, a page of them, and contexts that nobody uses any more.</summary>
    internal static async Task<int> PruneAsync(Session session, DateTimeOffset before, int max)
    {
        var pruned = await session.Use("PruneDecisions").With(max).With(before).RunAsync(session.Cancellation).ConfigureAwait(false);
        if (pruned > 0)
        {
            var unused = await RequestRows.ListNumbersAsync(session, session.Use("LockUnusedContexts").With(before).With(max)).ConfigureAwait(false);
            await session.Use("RemoveUnusedContexts").With(unused, NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
        }

        return pruned;
    }

    private static Task<int> TryAddAsync(Session session, IReadOnlyCollection<DecisionRun> runs) => session.Use("AddDecisions")
        .With(Of(runs, run => run.Context.Key), NpgsqlDbType.Uuid)
        .With(Of(runs, run => run.First), NpgsqlDbType.Bigint)
        .With(Of(runs, run => run.Last), NpgsqlDbType.Bigint)
        .With(Of(runs, run => run.Reason), NpgsqlDbType.Bigint)
        .With(Of(runs, run => (short)run.Route), NpgsqlDbType.Smallint)
        .With(Of(runs, run => run.At.UtcDateTime), NpgsqlDbType.TimestampTz)
        .With(Of(runs, run => run.Inputs()), NpgsqlDbType.Bytea)
        .RunAsync(session.Cancellation);

    private static T[] Of<T>(IReadOnlyCollection<DecisionRun> runs, Func<DecisionRun, T> value) => [.. runs.Select(value)];
}
