using System.Runtime.InteropServices;

namespace Parsimony.Engine;

/// <summary>
/// What one transaction changes in the use of budgets: summed in memory by profile and day of acceptance, written once per row of use. While there are no
/// budgets nothing is summed. A budget's reserve is the sum of the bounds of requests that have not ended, held ones among them, and of live calls' reservations.
/// </summary>
internal sealed class BudgetDeltas
{
    private readonly Dictionary<(long Profile, DateTime Day), BudgetAmounts> _deltas = [];

    /// <summary>The budgets; none until they are read.</summary>
    internal BudgetBook Book { get; set; } = BudgetBook.Unread;

    /// <summary>The numbers of the profiles that have changes.</summary>
    internal IEnumerable<long> Profiles => _deltas.Keys.Select(key => key.Profile).Distinct();

    internal bool IsEmpty => _deltas.Count == 0;

    internal void Reserve(long profile, DateTimeOffset acceptedAt, decimal? bound) => Add(profile, acceptedAt, new BudgetAmounts(0m, 0m, bound ?? 0m));

    internal void GiveBack(long profile, DateTimeOffset acceptedAt, decimal? bound) => Add(profile, acceptedAt, new BudgetAmounts(0m, 0m, -(bound ?? 0m)));

    internal void Spend(long profile, DateTimeOffset acceptedAt, decimal spent, decimal unknownBound) =>
        Add(profile, acceptedAt, new BudgetAmounts(spent, unknownBound, 0m));

    /// <summary>All changes by row of use, in the order of their keys, and forgets them.</summary>
    /// <param name="profileOf">The profile of a number.</param>
    internal List<(Budget Budget, BudgetKey Key, BudgetAmounts Amounts)> Take(Func<long, RequestProfile> profileOf)
    {
        var changes = new Dictionary<BudgetKey, (Budget Budget, BudgetAmounts Amounts)>();
        foreach (var ((profile, day), amounts) in _deltas)
        {
            foreach (var (budget, key) in Book.KeysOf(profileOf(profile), new DateTimeOffset(day, TimeSpan.Zero)))
            {
                changes[key] = (budget, changes.GetValueOrDefault(key).Amounts + amounts);
            }
        }

        _deltas.Clear();
        return [.. changes.Where(change => change.Value.Amounts != default).OrderBy(change => change.Key)
            .Select(change => (change.Value.Budget, change.Key, change.Value.Amounts))];
    }

    private void Add(long profile, DateTimeOffset acceptedAt, BudgetAmounts amounts)
    {
        if (!Book.IsEmpty && amounts != default)
        {
            ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_deltas, (profile, acceptedAt.UtcDateTime.Date), out _);
            sums += amounts;
        }
    }
}
