namespace Parsimony.Engine;

/// <summary>Corrects entries whose price was unknown when they were booked, by new rows, once a price is known.</summary>
public sealed class Repricer(StageContext context) : IStage
{
    private const int Page = 1_000;
    private readonly Bookkeeper _bookkeeper = new(context.Prices);
    private long _after;

    /// <inheritdoc/>
    public string Name => "repricer";

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        // The price list of a process does not change, so what it could not price once it need not look at again.
        var rows = await context.Store.Ledger.ReadUnpricedAsync(_after, Page, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            return 0;
        }

        _after = rows[^1].Number;
        var corrections = rows.Select(row => _bookkeeper.Correct(row, now)).OfType<LedgerEntry>().ToList();
        if (corrections.Count > 0)
        {
            await context.Store.Ledger.CorrectAsync(corrections, now, cancellationToken).ConfigureAwait(false);
        }

        return rows.Count;
    }
}
