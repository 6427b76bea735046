using System.Runtime.CompilerServices;

namespace Parsimony.Engine;

/// <summary>Reads a batch's results and decides what each line does, a window of lines at a time.</summary>
/// <remarks>
/// While a window is settled, the next one is read on another thread. What it was decided on may then be out of date: the store makes no move
/// that has lost its race and books no entry twice, so such a line is like one that another worker settled first.
/// </remarks>
internal sealed class ResultReader(StageContext context, Batch batch, Lease lease, CollectTally tally)
{
    // As many as memory allows: the more are in order, the fewer pages of the store each transaction touches.
    private const int ChunksPerWindow = 10;
    private const long BytesPerWindow = 8_000_000;

    private readonly Bookkeeper _bookkeeper = new(context.Prices);

    /// <summary>All windows. The lines are the provider's, in any order; results that prove to be somebody else's have none.</summary>
    public async IAsyncEnumerable<ResultWindow> ReadAsync(
        IAsyncEnumerable<BatchLine> lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var windows = DecideAsync(lines, ending.Token).GetAsyncEnumerator(ending.Token);
        var next = windows.MoveNextAsync().AsTask();
        try
        {
            while (await next.ConfigureAwait(false))
            {
                var window = windows.Current;
                // Never more than one ahead, and none beside answers of many megabytes.
                var isAhead = window is { IsLast: false, Bytes: < 2 * BytesPerWindow };
                next = isAhead ? Task.Run(() => windows.MoveNextAsync().AsTask(), CancellationToken.None) : Task.FromResult(false);
                yield return window;
                next = isAhead || window.IsLast ? next : windows.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // Nobody wants the rest any more, when it was not read to the end.
            await ending.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await windows.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<ResultWindow> DecideAsync(
        IAsyncEnumerable<BatchLine> lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var suspected = batch.IsSuspected;
        var window = new List<(BatchLine Line, long Sequence, int Attempt)>();
        var bytes = 0L;
        await foreach (var line in lines.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (suspected && line.CustomId is { } first)
            {
                if (!CustomId.IsOf(first, batch.Key))
                {
                    tally.IsForeign = true;
                    yield break;
                }

                suspected = false;
                await context.Store.Submissions.MarkProvenAsync(batch.Id, lease, cancellationToken).ConfigureAwait(false);
            }

            if (!tally.Count(line, batch.Key, out var sequence, out var attempt))
            {
                continue;
            }

            window.Add((line, sequence, attempt));
            bytes += line.Answer?.Body.Length ?? 0;
            if (window.Count >= ChunksPerWindow * context.Options.SettleChunk || bytes > BytesPerWindow)
            {
                yield return new ResultWindow(await DecideAsync(window, cancellationToken).ConfigureAwait(false), bytes, IsLast: false);
                window.Clear();
                bytes = 0;
            }
        }

        if (window.Count > 0)
        {
            yield return new ResultWindow(await DecideAsync(window, cancellationToken).ConfigureAwait(false), bytes, IsLast: true);
        }
    }

    private async Task<List<Settlement>> DecideAsync(List<(BatchLine Line, long Sequence, int Attempt)> window, CancellationToken cancellationToken)
    {
        // By row number: neighbours are read and written together.
        window.Sort(static (left, right) => left.Sequence.CompareTo(right.Sequence));
        var loaded = await context.Store.Requests.LoadAsync([.. window.Select(entry => entry.Sequence).Distinct()], cancellationToken).ConfigureAwait(false);
        var requests = loaded.ToDictionary(request => request.Sequence);
        var settlements = new List<Settlement>(window.Count);
        foreach (var (line, sequence, attempt) in window)
        {
            if (requests.TryGetValue(sequence, out var request))
            {
                settlements.Add(LineDecision.Settle(batch, request, attempt, line, _bookkeeper, context.Now));
            }
            else
            {
                tally.Unknown++;
            }
        }

        return settlements;
    }
}
