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
    private const long BytesPerChunk = BytesPerWindow / 4;

    private readonly Bookkeeper _bookkeeper = new(context.Prices);

    /// <summary>All windows. The lines are the provider's, in any order; results that prove to be somebody else's have none.</summary>
    public async IAsyncEnumerable<ResultWindow> ReadAsync(
        IAsyncEnumerable<BatchLine> lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var windows = DecideAsync(lines, ending.Token).GetAsyncEnumerator(ending.Token);
        Task<bool> MoveAsync() => windows.MoveNextAsync().AsTask();
        var next = MoveAsync();
        try
        {
            while (await next.ConfigureAwait(false))
            {
                var window = windows.Current;
                // Never more than one ahead, and none beside answers of many megabytes.
                var isAhead = window.Bytes < 2 * BytesPerWindow;
                next = isAhead ? Task.Run(MoveAsync, CancellationToken.None) : next;
                yield return window;
                next = isAhead ? next : MoveAsync();
            }
        }
        finally
        {
            // Where the reader stops early, the reading ahead stops with it.
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
                await context.Store.Orphans.MarkProvenAsync(batch.Id, lease, cancellationToken).ConfigureAwait(false);
            }

            if (!tally.Count(line, batch.Key, out var sequence, out var attempt))
            {
                continue;
            }

            window.Add((line, sequence, attempt));
            bytes += line.Answer?.Body.Length ?? 0;
            if (IsFull(window.Count, bytes))
            {
                yield return await DecideAsync(window, bytes, cancellationToken).ConfigureAwait(false);
                window.Clear();
                bytes = 0;
            }
        }

        if (window.Count > 0)
        {
            yield return await DecideAsync(window, bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    // Answers so large that few make a chunk gain nothing by their order, and two windows are in memory at a time.
    private bool IsFull(int count, long bytes) =>
        count >= ChunksPerWindow * context.Options.SettleChunk || bytes > (count < context.Options.SettleChunk ? BytesPerChunk : BytesPerWindow);

    private async Task<ResultWindow> DecideAsync(
        List<(BatchLine Line, long Sequence, int Attempt)> window, long bytes, CancellationToken cancellationToken)
    {
        // By row number: neighbours are read and written together.
        window.Sort(static (left, right) => left.Sequence.CompareTo(right.Sequence));
        var isKilled = context.Switches.IsKilled(batch);
        var chunks = new List<IReadOnlyList<Settlement>>();
        foreach (var chunk in window.Chunk(context.Options.SettleChunk))
        {
            var loaded = await context.Store.Requests.LoadAsync([.. chunk.Select(entry => entry.Sequence).Distinct()], cancellationToken).ConfigureAwait(false);
            var requests = loaded.ToDictionary(request => request.Sequence);
            var settlements = new List<Settlement>(chunk.Length);
            foreach (var (line, sequence, attempt) in chunk)
            {
                if (requests.TryGetValue(sequence, out var request))
                {
                    tally.See(request.Profile.Model, line.Answer?.Usage);
                    settlements.Add(LineDecision.Settle(batch, request, attempt, line, _bookkeeper, context.Now, isKilled));
                }
                else
                {
                    tally.Unknown++;
                }
            }

            chunks.Add(settlements);
        }

        return new ResultWindow(chunks, bytes);
    }
}
