using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>
/// Joins small chunks that callers bring at the same time into one transaction: they would wait for each other's commits anyway, for the lane's batch and
/// the scope's totals. A caller alone waits for nobody. Thread safe.
/// </summary>
internal sealed class EnqueueGroups(PostgresDatabase database)
{
    private const int MostPerGroup = 2_000;

    // While one group commits, the next is looked up and packed.
    private const int MostAtOnce = 2;

    // One more for every other node that was first with one of the same requests.
    private const int MostTries = 5;

    private readonly Lock _lock = new();
    private readonly Queue<Member> _waiting = [];
    private int _running;

    internal Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(
        IReadOnlyList<NewRequest> requests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (requests.Count >= MostPerGroup)
        {
            return WriteAloneAsync(requests, now, cancellationToken);
        }

        var member = new Member(requests, now, cancellationToken);
        lock (_lock)
        {
            _waiting.Enqueue(member);
            if (_running == MostAtOnce)
            {
                return member.Task.WaitAsync(cancellationToken);
            }

            _running++;
        }

        _ = DrainAsync();
        return member.Task.WaitAsync(cancellationToken);
    }

    private async Task DrainAsync()
    {
        while (Take() is { Count: > 0 } group)
        {
            await RunAsync(group).ConfigureAwait(false);
        }
    }

    private List<Member> Take()
    {
        var group = new List<Member>();
        var count = 0;
        lock (_lock)
        {
            while (_waiting.TryPeek(out var next) && count + next.Requests.Count <= MostPerGroup)
            {
                _waiting.Dequeue();
                if (!next.IsGivenUp())
                {
                    group.Add(next);
                    count += next.Requests.Count;
                }
            }

            _running -= group.Count == 0 ? 1 : 0;
        }

        return group;
    }

    private async Task RunAsync(List<Member> group)
    {
        try
        {
            var (results, refusals) = await WriteAsync(
                group.Count == 1 ? group[0].Requests : [.. group.SelectMany(member => member.Requests)],
                group.ConvertAll(member => member.Requests.Count),
                group.Max(member => member.Now),
                group.Count == 1 ? group[0].Cancellation : CancellationToken.None).ConfigureAwait(false);
            var from = 0;
            for (var i = 0; i < group.Count; i++)
            {
                var member = group[i];
                if (refusals[i] is { } refusal)
                {
                    member.SetFailure(new BudgetExceededException(refusal));
                }
                else
                {
                    member.SetResult(group.Count == 1 ? results : [.. results.Skip(from).Take(member.Requests.Count)]);
                }

                from += member.Requests.Count;
            }
        }
        catch (Exception exception) when (group.Count > 1 && exception is not PostgresStoreException { IsTransient: true })
        {
            // One of them cannot be stored; the others do not suffer for it.
            foreach (var member in group)
            {
                await RunAsync([member]).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            foreach (var member in group)
            {
                member.SetFailure(exception);
            }
        }
    }

    private async Task<IReadOnlyList<EnqueuedRequest>> WriteAloneAsync(IReadOnlyList<NewRequest> requests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (results, refusals) = await WriteAsync(requests, [requests.Count], now, cancellationToken).ConfigureAwait(false);
        return refusals[0] is { } refusal ? throw new BudgetExceededException(refusal) : results;
    }

    private async Task<(IReadOnlyList<EnqueuedRequest> Requests, BudgetRefusal?[] Refusals)> WriteAsync(
        IReadOnlyList<NewRequest> requests, IReadOnlyList<int> calls, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var chunk = await EnqueueChunk.PrepareAsync(database, requests, calls, now, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await database.WriteAsync(Durability.Server, chunk.RunAsync, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresStoreException exception) when (attempt < MostTries && exception.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // Another node was first with one of them: now it is found.
            }
        }
    }

    /// <summary>One caller's chunk.</summary>
    private sealed class Member(IReadOnlyList<NewRequest> requests, DateTimeOffset now, CancellationToken cancellation)
    {
        private readonly TaskCompletionSource<IReadOnlyList<EnqueuedRequest>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal IReadOnlyList<NewRequest> Requests => requests;

        internal DateTimeOffset Now => now;

        internal CancellationToken Cancellation => cancellation;

        internal Task<IReadOnlyList<EnqueuedRequest>> Task => _done.Task;

        /// <summary>Whether its caller gave up before it was begun.</summary>
        internal bool IsGivenUp() => cancellation.IsCancellationRequested && _done.TrySetCanceled(cancellation);

        internal void SetResult(IReadOnlyList<EnqueuedRequest> results) => _done.TrySetResult(results);

        internal void SetFailure(Exception exception)
        {
            if (exception is OperationCanceledException cancelled)
            {
                _done.TrySetCanceled(cancelled.CancellationToken);
            }
            else
            {
                _done.TrySetException(exception);
            }
        }
    }
}
