namespace Parsimony.Cli;

/// <summary>Whether a model is one the catalogue knows: a misspelt name would only fail at the provider, a day later.</summary>
internal static class KnownModel
{
    /// <summary>What is wrong with a model's name; null when it is known, has a price, draws images (no price of those is known), is of a provider that lists none, or unpriced ones are allowed.</summary>
    public static string? Fault(ModelId model, EndpointKind kind, bool allowsUnpriced, PriceList prices)
    {
        // A provider whose models nobody lists, such as a server of one's own, takes any name; its cost is unknown, and told as that.
        if (allowsUnpriced || kind == EndpointKind.Images || ModelCatalogue.Default.All.All(facts => facts.Id.Provider != model.Provider) || ModelCatalogue.Default.Find(model) is not null
            || prices.IsPriced(model, PriceTier.Live, TimeProvider.System.GetUtcNow()))
        {
            return null;
        }

        var near = ModelCatalogue.Default.All
            .Where(facts => facts.Id.Provider == model.Provider)
            .Select(facts => facts.Id.Name)
            .OrderByDescending(name => SharedStart(name, model.Name))
            .ThenBy(name => name.Length)
            .Take(3);
        return $"no model '{model}' is known. Near it: {string.Join(", ", near)}. If it is new, give its price with --prices, or run it with unknown cost by --allow-unpriced.";
    }

    private static int SharedStart(string left, string right) =>
        left.AsSpan().CommonPrefixLength(right);
}
