using System.Runtime.CompilerServices;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>
/// The replies of many requests of one scope, as they end, whichever process ended them. One writer adds while one reader reads. It holds a row
/// per open request, not a task: the scope's totals tell, in one small read, whether the open ones are worth a look.
/// </summary>
internal sealed class ReplyStream(EngineClient engine, string scope)
{
    private const int Page = 500;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Open> _open = [];
    private bool _hasNew;

    public void Add(RequestId id, int index)
    {
        lock (_lock)
        {
            _open.Add(new Open(id, index));
            _hasNew = true;
        }
    }

    /// <summary>Nothing more will be added.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>Yields every reply once; ends when <see cref="Complete"/> was called and nothing is open. Giving up cancels nothing.</summary>
    public async IAsyncEnumerable<(int Index, EngineReply Reply)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = 0L;
        while (true)
        {
            // In this order: what was added before the end is not missed.
            var isComplete = _completed.Task.IsCompleted;
            var ended = await CountEndedAsync(cancellationToken).ConfigureAwait(false);
            var (open, hasNew) = Take();
            if (open.Count == 0 && isComplete)
            {
                yield break;
            }

            if (hasNew || ended != seen)
            {
                var position = 0;
                while (position < open.Count)
                {
                    var page = open.GetRange(position, Math.Min(Page, open.Count - position));
                    position += page.Count;
                    foreach (var one in await FindEndedAsync(page, cancellationToken).ConfigureAwait(false))
                    {
                        yield return (one.Index, await ReadAsync(one.Id, cancellationToken).ConfigureAwait(false));
                    }

                    PutBack(page);
                }

                seen = ended;
            }
            else
            {
                PutBack(open);
            }

            await PauseAsync(isComplete, cancellationToken).ConfigureAwait(false);
        }
    }

    private (List<Open> Open, bool HasNew) Take()
    {
        lock (_lock)
        {
            var taken = (_open, _hasNew);
            (_open, _hasNew) = ([], false);
            return taken;
        }
    }

    private void PutBack(List<Open> open)
    {
        lock (_lock)
        {
            _open.AddRange(open);
        }
    }

    private async Task<long> CountEndedAsync(CancellationToken cancellationToken) =>
        await engine.Store.Runs.ReadTotalsAsync(scope, cancellationToken).ConfigureAwait(false) is { } totals ? totals.Total - totals.Open : 0;

    /// <summary>Takes those that have ended out of a page.</summary>
    private async Task<List<Open>> FindEndedAsync(List<Open> page, CancellationToken cancellationToken)
    {
        var states = await engine.Store.Requests.ReadStatesAsync(page.ConvertAll(one => one.Id), cancellationToken).ConfigureAwait(false);
        var ended = states.Where(state => RequestMoves.IsFinal(state.State)).Select(state => state.Id).ToHashSet();
        var found = page.FindAll(one => ended.Contains(one.Id));
        page.RemoveAll(one => ended.Contains(one.Id));
        return found;
    }

    private async Task<EngineReply> ReadAsync(RequestId id, CancellationToken cancellationToken) =>
        await engine.ReadAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new KeyNotFoundException($"There is no request {id}.");

    private async Task PauseAsync(bool isComplete, CancellationToken cancellationToken)
    {
        var pause = Task.Delay(engine.WaitPollInterval, engine.Clock, cancellationToken);
        await (isComplete ? pause : await Task.WhenAny(pause, _completed.Task).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private readonly record struct Open(RequestId Id, int Index);
}
