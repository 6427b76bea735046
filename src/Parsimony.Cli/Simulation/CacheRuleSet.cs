namespace Parsimony.Cli;

/// <summary>A named set of rules for <c>simulate</c>.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Rules">The rules.</param>
internal sealed record CacheRuleSet(string Name, CacheRules Rules)
{
    private static readonly CacheRules Classic = new() { LongWriteMultiplier = 2 };

    /// <summary>The sets that stand for a kind of provider.</summary>
    public static IReadOnlyList<CacheRuleSet> All { get; } =
    [
        new("classic", Classic),
        new("cheap-reads", Classic with { ReadMultiplier = 0.05, MinimumTokens = 512 }),
        new("openai-5.6", new CacheRules { Lifetime = TimeSpan.FromMinutes(30) }),
        new("no-write-charge", new CacheRules { WriteMultiplier = 1 }),
    ];

    /// <summary>The named set, or the rules of a model.</summary>
    /// <exception cref="UserException">There is no such set, or too little is known of the model.</exception>
    public static CacheRuleSet Find(string? rules, string? model, DateTimeOffset at)
    {
        if (model is not null)
        {
            if (!ModelId.TryParse(model, out var id))
            {
                throw new UserException($"'{model}' is not provider/model, for example anthropic/claude-sonnet-4-5.");
            }

            return ModelCacheRules.Find(id, PriceList.Default, ModelCatalogue.Default, at) is { } found
                ? new CacheRuleSet(id.ToString(), found)
                : throw new UserException($"The cache prices or the smallest cacheable prefix of {id} are not known. Choose a rule set with --rules: {Names}.");
        }

        var name = rules ?? "classic";
        return All.FirstOrDefault(set => set.Name == name) ?? throw new UserException($"There is no rule set '{name}'. There are {Names}.");
    }

    private static string Names => string.Join(", ", All.Select(set => set.Name));
}
