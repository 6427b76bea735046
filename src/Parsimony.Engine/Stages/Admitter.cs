namespace Parsimony.Engine;

/// <summary>Lets held requests of runs with a cost limit go, as far as the limit's room reaches.</summary>
public sealed class Admitter(StageContext context) : IStage
{
    // Every call of its own is a scope, too: a run that waits for room must not disappear behind them.
    private const int Page = 10_000;

    /// <inheritdoc/>
    public string Name => "admitter";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var admitted = 0;
        foreach (var (totals, _, _) in await context.Store.Runs.ListAsync(Page, cancellationToken).ConfigureAwait(false))
        {
            if (totals.Held > 0)
            {
                var (count, _) = await context.Store.Requests
                    .AdmitAsync(totals.Scope, Lanes.From(context.Providers), now, cancellationToken).ConfigureAwait(false);
                admitted += count;
            }
        }

        if (admitted > 0)
        {
            context.Signals.Wake();
        }

        return admitted;
    }
}
