namespace Parsimony.Engine;

/// <summary>Applies retention: payloads after days, minute roll-ups after 48 hours, ledger entries and the use of budgets after 400 days; hour roll-ups stay.</summary>
public sealed class Pruner(StageContext context) : IStage
{
    private const int Page = 500;

    /// <inheritdoc/>
    public string Name => "pruner";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var options = context.Options;
        var result = await context.Store.Ledger.PruneAsync(
            now - TimeSpan.FromDays(options.MetricsRetentionDays), now - TimeSpan.FromDays(options.LedgerRetentionDays), now - TimeSpan.FromHours(48),
            Page, cancellationToken).ConfigureAwait(false);
        var uses = await context.Store.Budgets.PruneAsync(now - TimeSpan.FromDays(options.LedgerRetentionDays), Page, cancellationToken).ConfigureAwait(false);
        return result.Pages + result.Entries + result.Minutes + uses;
    }
}
