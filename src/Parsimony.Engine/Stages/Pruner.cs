namespace Parsimony.Engine;

/// <summary>
/// Applies retention: payloads, measurements and decisions after days, minute roll-ups after 48 hours, ledger entries and the use of budgets after 400 days; hour roll-ups stay. Goes on with erasures
/// that were cut short, and brings payloads under the current key, a few pages at a time.
/// </summary>
public sealed partial class Pruner(StageContext context) : IStage
{
    private const int Page = 500;
    private const int RewrapPage = 50;

    private string? _rewrapped;
    private bool _isRewrapped;

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
        return result.Pages + result.Entries + result.Minutes + result.Observations + result.Decisions + uses
            + await EraseAsync(now, cancellationToken).ConfigureAwait(false) + await RewrapAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> EraseAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await context.Store.Payloads.ListErasuresAsync(onlyOpen: true, 1, cancellationToken).ConfigureAwait(false);
        if (open.Count > 0)
        {
            await context.Store.Payloads.EraseAsync(open[0].Id, Page, now, cancellationToken).ConfigureAwait(false);
        }

        return open.Count;
    }

    private async Task<int> RewrapAsync(CancellationToken cancellationToken)
    {
        if (_isRewrapped)
        {
            return 0;
        }

        try
        {
            var result = await context.Store.Payloads.RewrapAsync(_rewrapped, RewrapPage, cancellationToken).ConfigureAwait(false);
            _rewrapped = result.Next;
            // Done for this process: what it writes from now on is under the current key.
            _isRewrapped = result.Next is null;
            return result.Rewritten;
        }
        catch (PayloadProtectionException exception)
        {
            // Said once; retention goes on without it.
            _isRewrapped = true;
            LogNotRewrapped(context.Logger, exception.Message);
            return 0;
        }
    }
}
