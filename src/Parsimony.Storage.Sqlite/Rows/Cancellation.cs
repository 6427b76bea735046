using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Cancels requests of a scope within a transaction.</summary>
internal sealed class Cancellation(Connection connection, Dictionaries dictionaries, DateTimeOffset now)
{
    private readonly RequestMover _mover = new(connection, dictionaries, now);
    private readonly HashSet<long> _unstaged = [];
    private int _cancelled;
    private int _marked;

    internal (int Cancelled, int Marked) Run(string scope, IReadOnlyList<RequestId>? ids)
    {
        if (dictionaries.FindScope(connection, scope) is not { } number)
        {
            return (0, 0);
        }

        var sequences = ids is null
            ? RequestRows.ReadNumbers(connection.Use("ReadCancellable").With(number))
            : FindAll(connection, number, ids);
        return Run(sequences);
    }

    internal (int Cancelled, int Marked) Run(IReadOnlyList<long> sequences)
    {
        foreach (var sequence in sequences)
        {
            Cancel(sequence);
        }

        _mover.Save();
        return (_cancelled, _marked);
    }

    internal static List<long> FindAll(Connection connection, long scope, IReadOnlyList<RequestId> ids)
    {
        var found = new List<long>(ids.Count);
        foreach (var id in ids)
        {
            using var row = connection.Use("FindInScope").WithId(id).With(scope);
            if (row.Step())
            {
                found.Add(row.Int64());
            }
        }

        return found;
    }

    private void Cancel(long sequence)
    {
        if (_mover.Find(sequence) is not { } request)
        {
            return;
        }

        switch (CancelRule.Decide(request, request is { State: RequestState.Batched, Batch: { } batch } && IsUnsubmitted(batch)))
        {
            case CancelOutcome.Cancel:
                _mover.End(request, RequestState.Cancelled, "cancelled", "cancelled");
                _cancelled++;
                break;
            case CancelOutcome.Mark:
                _mover.Mark(request);
                _marked++;
                break;
        }
    }

    private bool IsUnsubmitted(long batch)
    {
        var isUnsubmitted = _mover.IsUnsubmitted(batch);
        if (isUnsubmitted && _unstaged.Add(batch))
        {
            // Input uploaded before the cancel holds the cancelled item: it is uploaded again, not bought.
            connection.Use("AddLeftoverOfCancelled").With(now).With(batch).Run();
            connection.Use("ForgetStaged").With(batch).Run();
        }

        return isUnsubmitted;
    }
}
