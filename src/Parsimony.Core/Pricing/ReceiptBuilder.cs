namespace Parsimony;

/// <summary>How the attempt on a receipt came about.</summary>
public enum ReceiptRoute
{
    /// <summary>A live call, flex included.</summary>
    Live,

    /// <summary>An item of a batch.</summary>
    Batch,

    /// <summary>An answer that was already there.</summary>
    Reused,

    /// <summary>A purchase besides another one for the same request: only its cost counts, not what it would have cost.</summary>
    Hedge,
}

/// <summary>Adds outcomes and attempts up to a <see cref="Receipt"/>. Not thread safe; memory grows with models, not with requests.</summary>
public sealed class ReceiptBuilder
{
    private readonly Dictionary<ModelId, Receipt> _byModel = [];
    private Receipt _total = new();

    /// <summary>Counts a request that has its outcome.</summary>
    /// <param name="model">The model it was for.</param>
    /// <param name="answered">Whether it was answered.</param>
    public void AddOutcome(ModelId model, bool answered) => Update(model, receipt => receipt with
    {
        Requests = receipt.Requests + 1,
        Answered = receipt.Answered + (answered ? 1 : 0),
        Failed = receipt.Failed + (answered ? 0 : 1),
    });

    /// <summary>Adds a billed attempt, or an answer that was already there.</summary>
    /// <param name="model">The model that was paid.</param>
    /// <param name="route">How it came about.</param>
    /// <param name="usage">What was processed; nothing when that is unknown.</param>
    /// <param name="split">What it cost and would have cost.</param>
    /// <param name="upperBoundUsd">The most it can have cost; looked at only when its cost is unknown.</param>
    public void AddAttempt(ModelId model, ReceiptRoute route, in TokenUsage usage, CostSplit split, decimal? upperBoundUsd = null)
    {
        var processed = usage;
        Update(model, receipt => WithMoney(Counted(receipt, route, processed), route, split, upperBoundUsd));
    }

    /// <summary>The receipt so far; later additions do not change it.</summary>
    public Receipt Build() => _total with { ByModel = new Dictionary<ModelId, Receipt>(_byModel) };

    private static Receipt Counted(Receipt receipt, ReceiptRoute route, TokenUsage usage) => receipt with
    {
        Batch = receipt.Batch + (route == ReceiptRoute.Batch ? 1 : 0),
        Live = receipt.Live + (route == ReceiptRoute.Live ? 1 : 0),
        Reused = receipt.Reused + (route == ReceiptRoute.Reused ? 1 : 0),
        Hedges = receipt.Hedges + (route == ReceiptRoute.Hedge ? 1 : 0),
        Usage = route == ReceiptRoute.Reused ? receipt.Usage : receipt.Usage + usage,
    };

    private static Receipt WithMoney(Receipt receipt, ReceiptRoute route, CostSplit split, decimal? upperBoundUsd)
    {
        if (split.Actual.Usd is not { } actual)
        {
            return receipt with
            {
                UnknownCost = receipt.UnknownCost + 1,
                Unbounded = receipt.Unbounded + (upperBoundUsd is null ? 1 : 0),
                UnknownUpperBoundUsd = receipt.UnknownUpperBoundUsd + (upperBoundUsd ?? 0),
            };
        }

        receipt = receipt with
        {
            ActualUsd = receipt.ActualUsd + actual,
            Estimated = receipt.Estimated + (split.Actual.IsEstimate ? 1 : 0),
        };
        if (route == ReceiptRoute.Hedge)
        {
            return receipt with { HedgeUsd = receipt.HedgeUsd + actual };
        }

        if (split.Baseline.Usd is not { } baseline)
        {
            return receipt with { BaselineUsd = receipt.BaselineUsd + actual, UnknownBaseline = receipt.UnknownBaseline + 1 };
        }

        return receipt with
        {
            BaselineUsd = receipt.BaselineUsd + baseline,
            SavedByBatch = receipt.SavedByBatch + split.SavedByBatch,
            SavedByCache = receipt.SavedByCache + split.SavedByCache,
            SavedByTier = receipt.SavedByTier + split.SavedByTier,
            SavedByReuse = receipt.SavedByReuse + split.SavedByReuse,
            SavedByRouting = receipt.SavedByRouting + split.SavedByRouting,
        };
    }

    private void Update(ModelId model, Func<Receipt, Receipt> change)
    {
        _total = change(_total);
        _byModel[model] = change(_byModel.GetValueOrDefault(model) ?? new Receipt());
    }
}
