using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Waits for a run to end, showing where it stands.</summary>
/// <param name="session">What it works with.</param>
/// <param name="scope">The run.</param>
/// <param name="progress">Shows it.</param>
/// <param name="engine">This process's engine: when it fails, waiting is over.</param>
/// <param name="patience">Waits for a store that is gone.</param>
/// <param name="held">Tells when its provider is held back; nobody does when left out.</param>
internal sealed class RunWatch(Session session, string scope, ProgressLine progress, Task engine, StorePatience patience, HeldBack? held = null)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until every request has ended, the cost limit holds all that is left, or a provider refuses its credential.</summary>
    /// <returns>The totals, and why the wait ended.</returns>
    public async Task<(ScopeTotals Totals, RunEnd End)> WaitAsync(CancellationToken cancellationToken)
    {
        var quietHolds = 0;
        try
        {
            while (true)
            {
                var (totals, batches) = await patience.HoldAsync(() => LookAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
                if (held is not null)
                {
                    await patience.HoldAsync(() => held.LookAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
                }

                progress.Show(totals, batches);
                if (engine.IsFaulted)
                {
                    await engine.ConfigureAwait(false);
                }

                if (totals.Open == 0)
                {
                    return (totals, RunEnd.Finished);
                }

                if (session.Runtime.Signals.Halts.Count > 0)
                {
                    return (totals, RunEnd.Refused);
                }

                // Everything under way has ended and what is held stayed held: the limit is reached.
                quietHolds = totals.Held == totals.Open ? quietHolds + 1 : 0;
                if (quietHolds > 20)
                {
                    return (totals, RunEnd.CostLimit);
                }

                await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            progress.End();
        }
    }

    private async Task<(ScopeTotals Totals, IReadOnlyList<Batch> Batches)> LookAsync(CancellationToken cancellationToken)
    {
        var totals = await session.Store.Runs.ReadTotalsAsync(scope, cancellationToken).ConfigureAwait(false) ?? new ScopeTotals { Scope = scope };
        return (totals, await session.Store.Batches.ListOpenAsync(scope, 1_000, cancellationToken).ConfigureAwait(false));
    }
}

/// <summary>Why waiting for a run ended.</summary>
internal enum RunEnd
{
    /// <summary>Every request has ended.</summary>
    Finished,

    /// <summary>The cost limit holds the rest.</summary>
    CostLimit,

    /// <summary>A provider refuses its credential.</summary>
    Refused,
}
