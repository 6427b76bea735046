using System.Collections.Concurrent;

namespace Parsimony.Engine;

/// <summary>
/// What second purchases of a scope may still cost. Taken by upper bound before the purchase; what earlier starts of the process bought is
/// read from the ledger once. A request without a bound (no price) may not be bought twice.
/// </summary>
internal sealed class HedgeAllowance(StageContext context)
{
    private readonly ConcurrentDictionary<string, decimal> _spent = new(StringComparer.Ordinal);

    /// <summary>Whether an attempt that may have been billed without an answer is bought again: at most once, if the policy allows it, within the allowance.</summary>
    public async Task<bool> AllowsAgainAsync(StoredRequest request, CancellationToken cancellationToken) =>
        context.Options.Uncertainty == UncertaintyPolicy.PayAgain
        && !request.IsCancelRequested
        && request.Uncertain == 0
        && await TakeAsync(request, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes one request's bound; false when the scope's allowance does not cover it.</summary>
    public async Task<bool> TakeAsync(StoredRequest request, CancellationToken cancellationToken)
    {
        if (request.BoundUsd is not { } bound)
        {
            return false;
        }

        if (!_spent.ContainsKey(request.Scope))
        {
            _spent.TryAdd(request.Scope, await ReadAsync(request.Scope, cancellationToken).ConfigureAwait(false));
        }

        while (true)
        {
            var spent = _spent[request.Scope];
            if (spent + bound > context.Options.MaxHedgeUsd)
            {
                return false;
            }

            if (_spent.TryUpdate(request.Scope, spent + bound, spent))
            {
                return true;
            }
        }
    }

    private async Task<decimal> ReadAsync(string scope, CancellationToken cancellationToken)
    {
        var sum = 0m;
        await foreach (var row in context.Store.Ledger.ReadAsync(scope, cancellationToken).ConfigureAwait(false))
        {
            if (row.Entry.Kind is LedgerKind.Hedge or LedgerKind.PossibleDuplicate)
            {
                sum += row.Entry.CostUsd ?? row.Entry.UpperBoundUsd ?? 0m;
            }
        }

        return sum;
    }
}
