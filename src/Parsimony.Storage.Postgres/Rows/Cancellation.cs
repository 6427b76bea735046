using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Cancels requests within a transaction.</summary>
internal sealed class Cancellation(Session session, DateTimeOffset now)
{
    private readonly RequestMover _mover = new(session, now);
    private int _cancelled;
    private int _marked;

    internal async Task<(int Cancelled, int Marked)> RunAsync(IReadOnlyList<long> sequences)
    {
        var requests = await _mover.LockAsync(sequences).ConfigureAwait(false);
        var batches = await _mover.LockBatchesAsync(
            requests.Where(r => r.State == RequestState.Batched).Select(r => r.Batch ?? 0)).ConfigureAwait(false);
        var unsubmitted = batches.Where(batch => CancelRule.IsUnsubmitted(batch.Value)).Select(batch => batch.Key).ToHashSet();
        if (unsubmitted.Count > 0)
        {
            await session.Use("AddLeftoverOfCancelled").With(now).With(unsubmitted, NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
            await session.Use("ForgetStaged").With(unsubmitted, NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
        }

        foreach (var request in requests)
        {
            Cancel(request, unsubmitted);
        }

        await _mover.SaveAsync().ConfigureAwait(false);
        if (_cancelled > 0)
        {
            await session.Use("Notify").With("ended").RunAsync(session.Cancellation).ConfigureAwait(false);
        }

        return (_cancelled, _marked);
    }

    private void Cancel(in MovingRequest request, HashSet<long> unsubmitted)
    {
        switch (CancelRule.Decide(request, request.Batch is { } batch && unsubmitted.Contains(batch)))
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
}
