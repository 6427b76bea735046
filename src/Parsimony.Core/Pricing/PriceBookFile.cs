namespace Parsimony;

/// <summary>What price files hold: the rows of models, and the discounts of contracts.</summary>
internal sealed record PriceBookFile(Dictionary<ModelId, PriceHistory> Histories, IReadOnlyList<PriceDiscount> Discounts);
