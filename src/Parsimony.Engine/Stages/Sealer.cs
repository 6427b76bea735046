namespace Parsimony.Engine;

/// <summary>Closes batches that have waited long enough, hold enough, or hold an item whose deadline nears. Full ones are closed as they fill.</summary>
public sealed class Sealer(StageContext context) : IStage
{
    /// <inheritdoc/>
    public string Name => "sealer";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var options = context.Options;
        // An item that must be out in less than the typical time gains nothing from company.
        var sealedNow = await context.Store.Batches
            .SealDueAsync(now, options.FillTime, options.FillCount, now + options.Completion.Typical, cancellationToken)
            .ConfigureAwait(false);
        if (sealedNow > 0)
        {
            context.Reached(EffectPoint.Sealed);
        }

        return sealedNow;
    }
}
