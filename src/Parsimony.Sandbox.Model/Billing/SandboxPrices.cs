namespace Parsimony.Sandbox.Model;

/// <summary>What the sandbox charges, in whole pico-dollars from its own table.</summary>
internal static class SandboxPrices
{
    private static readonly Dictionary<string, Dictionary<string, PriceRow[]>> Tables = Rows.ToDictionary(table => table.Key, table => ByModel(table.Value), StringComparer.Ordinal);

    /// <summary>The rows of each provider, by its name in the sandbox.</summary>
    public static IReadOnlyDictionary<string, PriceRow[]> Rows => new Dictionary<string, PriceRow[]>(StringComparer.Ordinal)
    {
        ["anthropic"] = ClaudePrices.Rows,
        ["openai"] = OpenAIPrices.Rows,
        ["azureopenai"] = AzurePrices.Rows,
        ["bedrock"] = BedrockPrices.Rows,
        ["cohere"] = CoherePrices.Rows,
        ["fireworks"] = FireworksPrices.Rows,
        ["gemini"] = GeminiPrices.Rows,
        ["groq"] = GroqPrices.Rows,
        ["mistral"] = MistralPrices.Rows,
        ["together"] = TogetherPrices.Rows,
        ["vertexai"] = VertexPrices.Rows,
        ["xai"] = XaiPrices.Rows,
    };

    /// <summary>The charge, live or in a batch.</summary>
    public static Int128? Price(string provider, string model, SandboxUsage usage, bool batch, DateTimeOffset at) =>
        Price(provider, model, usage, batch ? "batch" : "live", at);

    /// <summary>The charge; null for a model, or a kind of token, that has no price in the table (images, unknown models).</summary>
    public static Int128? Price(string provider, string model, SandboxUsage usage, string kind, DateTimeOffset at) =>
        Find(provider, model, usage, kind, at)?.Total(usage);

    /// <summary>The rates a usage is charged by; null where there are none.</summary>
    public static Rates? Find(string provider, string model, SandboxUsage usage, string kind, DateTimeOffset at)
    {
        if (usage.Images > 0)
            return null;

        // OpenAI before GPT-5.6 does not charge writes apart, and has no cached batch price for older models: both are plain input.
        var isOpenAI = provider == "openai";
        return (RowOf(provider, model, at) is not { } row ? null : kind == "flex" ? row.Flex(usage) : row.For(usage, kind == "batch"))?.WithInputFor(reads: isOpenAI, writes: isOpenAI);
    }

    /// <summary>Whether OpenAI offers a model in its flexible tier: reasoning models from o3 on, by the price lists of 2026-07-24 that name such prices; others are refused.</summary>
    public static bool HasFlexibleTier(string model) =>
        WithoutDate(model) is var name && Tables["openai"].ContainsKey(name)
        && (name is "o3" or "o4-mini" || name.StartsWith("gpt-5", StringComparison.Ordinal) || name.StartsWith("gpt-6", StringComparison.Ordinal));

    /// <summary>Whether a usage is charged by the band for long prompts.</summary>
    public static bool IsLong(string provider, string model, SandboxUsage usage, DateTimeOffset at) => RowOf(provider, model, at)?.IsLong(usage) ?? false;

    /// <summary>Whether a model has a price, now or once.</summary>
    public static bool Knows(string provider, string model) => RowOf(provider, model, DateTimeOffset.MaxValue) is not null;

    /// <summary>What keeping tokens in a cache for a time costs; null where that has no price.</summary>
    public static Int128? Storage(string provider, string model, long tokens, TimeSpan time, DateTimeOffset at) =>
        RowOf(provider, model, at)?.StoragePerHour is { } rate ? (Int128)tokens * rate * time.Ticks / TimeSpan.TicksPerHour : null;

    private static PriceRow? RowOf(string provider, string model, DateTimeOffset at)
    {
        if (!Tables.TryGetValue(provider, out var table))
            return null;
        var name = ShortName(provider, model);
        return table.TryGetValue(name, out var rows) || table.TryGetValue(WithoutDate(name), out rows)
            ? Array.Find(rows, r => r.Until is not { } until || at < until) : null;
    }

    /// <summary>The name without the path these providers write before it: accounts/fireworks/models/, models/, publishers/google/models/.</summary>
    private static string ShortName(string provider, string model) =>
        provider is "fireworks" or "gemini" or "vertexai" ? model[(model.LastIndexOf('/') + 1)..] : model;

    /// <summary>"gpt-5-mini" for "gpt-5-mini-2025-08-07", "claude-haiku-4-5" for "claude-haiku-4-5-20251001".</summary>
    internal static string WithoutDate(string model)
    {
        foreach (var length in (ReadOnlySpan<int>)["-yyyyMMdd".Length, "-yyyy-MM-dd".Length])
        {
            if (model.Length > length && IsDate(model.AsSpan(model.Length - length)))
                return model[..^length];
        }

        return model;
    }

    private static bool IsDate(ReadOnlySpan<char> ending)
    {
        for (var i = 0; i < ending.Length; i++)
        {
            var isDash = i == 0 || (ending.Length > 9 && (i is 5 or 8));
            if (isDash ? ending[i] != '-' : !char.IsAsciiDigit(ending[i]))
                return false;
        }

        return true;
    }

    // Ended prices first, so the first that has not ended at an instant is the one that applied.
    private static Dictionary<string, PriceRow[]> ByModel(PriceRow[] rows) => rows
        .GroupBy(r => r.Model, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.OrderBy(r => r.Until ?? DateTimeOffset.MaxValue).ToArray(), StringComparer.Ordinal);
}
