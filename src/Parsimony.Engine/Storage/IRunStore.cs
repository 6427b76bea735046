namespace Parsimony.Engine;

/// <summary>Runs: scopes with totals, a cost limit and the order of their input.</summary>
public interface IRunStore
{
    /// <summary>Opens a run: sets its description (shown by status) and cost limit (null removes it), and forgets the input order of an earlier pass.</summary>
    /// <exception cref="ArgumentException">The scope's name is longer than 1,000 bytes (UTF-8).</exception>
    Task BeginAsync(string scope, string description, decimal? maxCostUsd, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Notes a chunk of the input order. Repeating a position overwrites it.</summary>
    Task AddItemsAsync(string scope, IReadOnlyList<RunItem> items, CancellationToken cancellationToken = default);

    /// <summary>A scope's totals; null when nobody used it.</summary>
    Task<ScopeTotals?> ReadTotalsAsync(string scope, CancellationToken cancellationToken = default);

    /// <summary>All scopes with their descriptions, newest first.</summary>
    Task<IReadOnlyList<(ScopeTotals Totals, string Description, DateTimeOffset StartedAt)>> ListAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>Scopes that hold requests (see <see cref="IRequestStore.AdmitAsync"/>), by name: a page after <paramref name="after"/>, or the first.</summary>
    Task<IReadOnlyList<string>> ListHoldingAsync(string? after, int max, CancellationToken cancellationToken = default);

    /// <summary>Streams a run's results in input order, answered or not.</summary>
    IAsyncEnumerable<RunResult> ReadResultsAsync(string scope, CancellationToken cancellationToken = default);
}

/// <summary>A row of results.</summary>
/// <param name="Item">The input row.</param>
/// <param name="Request">The request.</param>
/// <param name="Answer">The answer body; null when there is none.</param>
/// <param name="Entries">Its ledger entries.</param>
public sealed record RunResult(RunItem Item, StoredRequest Request, ReadOnlyMemory<byte>? Answer, IReadOnlyList<LedgerEntry> Entries);
