using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>How a model finds and writes prefixes.</summary>
internal enum CacheStyle
{
    None,

    /// <summary>Anthropic, and Claude on Bedrock: writes only at marks, looks back at most 20 positions.</summary>
    Marks,

    /// <summary>OpenAI from GPT-5.6 on: one implicit breakpoint, explicit ones, writes are charged.</summary>
    Breakpoints,

    /// <summary>OpenAI before GPT-5.6, and all implicit caches: found by itself, counted in steps of 128, writes are free.</summary>
    Steps,
}

/// <summary>One model's rules for prompt caching, as its provider published them.</summary>
/// <remarks>
/// Sources, read 2026-11-20: https://platform.claude.com/docs/en/build-with-claude/prompt-caching (minimum prefixes; the 5.5 rows by way of
/// third-party notes of October 2026), https://developers.openai.com/api/docs/guides/prompt-caching,
/// https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html (autumn 2026), https://learn.microsoft.com/azure/foundry/openai/how-to/prompt-caching,
/// https://ai.google.dev/gemini-api/docs/generate-content/caching, https://console.groq.com/docs/prompt-caching,
/// https://docs.mistral.ai/inference/conversations/advanced/prompt-caching, https://docs.x.ai/developers/advanced-api-usage/prompt-caching/usage-and-pricing and
/// https://docs.fireworks.ai/guides/prompt-caching. How long an implicit cache keeps what it found is published by Groq alone; the ten minutes of the others are this model's.
/// </remarks>
internal sealed record CacheRules
{
    private const int StepTokens = 128;

    public required CacheStyle Style { get; init; }

    public int MinPrefixTokens { get; init; }

    /// <summary>A hit may be found at multiples of this many tokens.</summary>
    public int LookupStepTokens { get; init; } = StepTokens;

    public TimeSpan ShortLife { get; init; }

    public TimeSpan LongLife { get; init; }

    public static CacheRules None { get; } = new() { Style = CacheStyle.None };

    public static CacheRules For(string provider, string model, bool batch) => provider switch
    {
        "anthropic" => ForClaude(model),
        "openai" => ForOpenAI(model, batch),

        // Whether batches on Azure discount what is cached is not stated; none is assumed, UNVERIFIED.
        "azureopenai" when !batch => ForOpenAI(model, batch),

        // Bedrock does not cache in batches.
        "bedrock" when !batch => ForBedrock(model),
        "gemini" => ForGemini(Last(model), smallestOfNewest: 4_096),

        // On this platform Gemini 4 keeps prefixes from 6,144 tokens on, and batches of 2.0 models keep none.
        "vertexai" when !(batch && Last(model).StartsWith("gemini-2.0", StringComparison.Ordinal)) => ForGemini(Last(model), smallestOfNewest: 6_144),

        // 128 to 1,024 tokens by model; the largest is taken. In a batch all input costs the same.
        "groq" when !batch && (model.Contains("gpt-oss", StringComparison.Ordinal) || model.Contains("kimi-k2", StringComparison.Ordinal)) => Implicit(1_024, TimeSpan.FromHours(2)),

        // Whether these three give the cache discount in batches is UNVERIFIED; their prices of it there are those of input.
        "mistral" when !batch && !model.Contains("embed", StringComparison.Ordinal) => Implicit(64, Minutes),
        "xai" when !batch => Implicit(StepTokens, Minutes),
        "fireworks" when !batch => Implicit(StepTokens, Minutes),
        _ => None,
    };

    private static TimeSpan Minutes { get; } = TimeSpan.FromMinutes(10);

    private static CacheRules Implicit(int smallest, TimeSpan life) => new() { Style = CacheStyle.Steps, MinPrefixTokens = smallest, ShortLife = life, LongLife = life };

    private static CacheRules ForGemini(string model, int smallestOfNewest) =>
        model.Contains("embedding", StringComparison.Ordinal) || model.StartsWith("gemini-2.0", StringComparison.Ordinal) ? None
        : model.StartsWith("gemini-2.5", StringComparison.Ordinal) ? Implicit(2_048, Minutes)
        : model.StartsWith("gemini-4", StringComparison.Ordinal) ? Implicit(smallestOfNewest, Minutes)
        : Implicit(4_096, Minutes);

    private static CacheRules ForBedrock(string model)
    {
        var vendor = model.IndexOf("anthropic.claude", StringComparison.Ordinal);
        if (vendor >= 0)
        {
            var claude = model[(vendor + "anthropic.".Length)..];

            // Bedrock's own figure for Opus 4.7 and Mythos Preview.
            var rules = ForClaude(claude);
            return claude.StartsWith("claude-opus-4-7", StringComparison.Ordinal) || claude.StartsWith("claude-mythos-preview", StringComparison.Ordinal)
                ? rules with { MinPrefixTokens = 4_096 } : rules;
        }

        // The smallest prefix of Nova, 1,000 tokens in older pages, is UNVERIFIED.
        return model.Contains("openai.gpt-5.6", StringComparison.Ordinal) ? ForOpenAI(model[(model.IndexOf("openai.", StringComparison.Ordinal) + "openai.".Length)..], batch: false)
            : model.Contains("amazon.nova", StringComparison.Ordinal) ? Implicit(1_024, Minutes)
            : None;
    }

    private static string Last(string model) => model[(model.LastIndexOf('/') + 1)..];

    private static CacheRules ForClaude(string model)
    {
        // UNVERIFIED model (one third-party post), whose cache prices are unknown: nothing is cached, so nothing is billed at a guess.
        if (model.StartsWith("claude-fable-5-2", StringComparison.Ordinal))
            return None;
        return new CacheRules
        {
            Style = CacheStyle.Marks,
            MinPrefixTokens = SmallestClaudePrefix(model),
            LookupStepTokens = 1,
            ShortLife = TimeSpan.FromMinutes(5),
            LongLife = TimeSpan.FromHours(1),
        };
    }

    private static int SmallestClaudePrefix(string model)
    {
        ReadOnlySpan<(string Start, int Tokens)> table =
        [
            ("claude-opus-5", 512), ("claude-fable-5", 512), ("claude-mythos-5", 512), ("claude-sonnet-5-5", 512), ("claude-haiku-5-5", 512),
            ("claude-opus-4-7", 2_048), ("claude-mythos-preview", 2_048), ("claude-haiku-3-5", 2_048), ("claude-3-5-haiku", 2_048),
            ("claude-opus-4-6", 4_096), ("claude-opus-4-5", 4_096), ("claude-haiku-4-5", 4_096),
        ];
        foreach (var (start, tokens) in table)
        {
            if (model.StartsWith(start, StringComparison.Ordinal))
                return tokens;
        }

        return 1_024;
    }

    private static CacheRules ForOpenAI(string model, bool batch)
    {
        var generation = Generation(model);
        if (generation >= 5.6)
        {
            // The 12-hour write of GPT-6.1 Terra is UNVERIFIED (one third-party source); no request asks for it unless told to.
            return new CacheRules
            {
                Style = CacheStyle.Breakpoints,
                MinPrefixTokens = 1_024,
                LookupStepTokens = 1,
                ShortLife = TimeSpan.FromMinutes(30),
                LongLife = TimeSpan.FromHours(12),
            };
        }

        var pro = model.Contains("-pro", StringComparison.Ordinal);
        var discounted = model.StartsWith("gpt-4", StringComparison.Ordinal) || IsReasoningSeries(model) || generation >= 5;

        // Models before GPT-5 get no caching in batch (cookbook Prompt_Caching_201, 2026); for the pro models no cached batch price,
        // or no cached price at all, was found.
        if (!discounted || (batch && (generation < 5 || pro)) || (pro && generation is 5 or 5.2) || model.StartsWith("o3-pro", StringComparison.Ordinal))
            return None;

        var keepsDay = generation >= 5 || model.StartsWith("gpt-4.1", StringComparison.Ordinal);
        return new CacheRules
        {
            Style = CacheStyle.Steps,
            MinPrefixTokens = 1_024,
            LookupStepTokens = generation >= 5.5 ? 2_048 : StepTokens,
            ShortLife = generation >= 5.5 ? TimeSpan.FromMinutes(30) : TimeSpan.FromMinutes(10),
            LongLife = keepsDay ? TimeSpan.FromHours(24) : TimeSpan.FromMinutes(10),
        };
    }

    private static bool IsReasoningSeries(string model) => model.Length > 1 && model[0] == 'o' && char.IsAsciiDigit(model[1]);

    /// <summary>5.6 for "gpt-5.6-sol"; 0 where the name carries no GPT version.</summary>
    private static double Generation(string model)
    {
        if (!model.StartsWith("gpt-", StringComparison.Ordinal))
            return 0;
        var end = 4;
        while (end < model.Length && (char.IsAsciiDigit(model[end]) || model[end] == '.'))
            end++;
        return double.TryParse(model.AsSpan(4, end - 4), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }
}
