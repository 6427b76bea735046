namespace Parsimony.Engine;

/// <summary>Part of a call: requests of one profile, with the sum of their bounds.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="AcceptedAt">When they are accepted.</param>
/// <param name="BoundUsd">The sum of their bounds, USD.</param>
/// <param name="HasUnpriced">Whether one of them has no bound.</param>
internal readonly record struct BudgetDemand(RequestProfile Profile, DateTimeOffset AcceptedAt, decimal BoundUsd, bool HasUnpriced);

/// <summary>
/// Decides, call by call, what fits into hard budgets: a call fits whole or not at all, and what fits counts against those after it. The rows of use must
/// be locked from when they are noted until what was let in is written. Pure.
/// </summary>
internal sealed class BudgetGate(BudgetBook book)
{
    private readonly Dictionary<BudgetKey, BudgetAmounts> _uses = [];

    /// <summary>Says what a row of use holds; one that is not noted holds nothing.</summary>
    internal void Note(BudgetKey key, BudgetAmounts amounts) => _uses[key] = amounts;

    /// <summary>Lets a call in, or says which budget has no room for it.</summary>
    internal BudgetRefusal? Take(IEnumerable<BudgetDemand> call)
    {
        var asked = new Dictionary<BudgetKey, decimal>();
        foreach (var demand in call)
        {
            foreach (var (budget, key) in book.KeysOf(demand.Profile, demand.AcceptedAt))
            {
                if (demand.HasUnpriced && budget is { IsHard: true, AllowUnpriced: false })
                {
                    return new BudgetRefusal(BudgetBook.UseOf(budget, key, _uses.GetValueOrDefault(key)), demand.BoundUsd, demand.Profile.Model);
                }

                asked[key] = asked.GetValueOrDefault(key) + demand.BoundUsd;
            }
        }

        foreach (var (key, usd) in asked)
        {
            if (book.Find(key.Budget) is { IsHard: true } budget && _uses.GetValueOrDefault(key) is var use && use.Committed + usd > budget.LimitUsd)
            {
                return new BudgetRefusal(BudgetBook.UseOf(budget, key, use), usd);
            }
        }

        foreach (var (key, usd) in asked)
        {
            _uses[key] = _uses.GetValueOrDefault(key) + new BudgetAmounts(0m, 0m, usd);
        }

        return null;
    }

    /// <summary>The demands of some requests: neighbours of one profile are summed.</summary>
    internal static List<BudgetDemand> DemandsOf(IEnumerable<(RequestProfile Profile, decimal? BoundUsd)> requests, DateTimeOffset acceptedAt)
    {
        var demands = new List<BudgetDemand>();
        foreach (var (profile, bound) in requests)
        {
            if (demands is [.., var last] && ReferenceEquals(last.Profile, profile))
            {
                demands[^1] = last with { BoundUsd = last.BoundUsd + (bound ?? 0m), HasUnpriced = last.HasUnpriced || bound is null };
            }
            else
            {
                demands.Add(new BudgetDemand(profile, acceptedAt, bound ?? 0m, bound is null));
            }
        }

        return demands;
    }
}
