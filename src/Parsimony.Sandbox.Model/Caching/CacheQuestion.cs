namespace Parsimony.Sandbox.Model;

/// <summary>How long a marked prefix is kept: Anthropic 5 minutes or 1 hour, OpenAI 30 minutes or 12 hours.</summary>
internal enum CacheMark
{
    Short,
    Long,
}

/// <summary>What a block is, as far as cache positions depend on it.</summary>
internal enum PromptBlockKind
{
    Content,
    ToolUse,
    ToolResult,

    /// <summary>Thinking or empty text: part of the prefix, but no breakpoint can stand on it.</summary>
    Unmarkable,
}

/// <summary>One block of a prompt in prefix order; <paramref name="Text"/> is everything a provider would hash (text, schema, image data, role).</summary>
internal sealed record PromptBlock(string Text, int Tokens, CacheMark? Mark = null)
{
    public PromptBlockKind Kind { get; init; }

    /// <summary>Last block of its message: an implicit breakpoint can stand here.</summary>
    public bool EndsMessage { get; init; } = true;

    /// <summary>Belongs to tools, system or the leading developer messages.</summary>
    public bool IsPreamble { get; init; }
}

/// <summary>A prompt to be metered against the provider's cache.</summary>
internal sealed record CacheQuestion
{
    public required string Provider { get; init; }

    public required string Model { get; init; }

    public required IReadOnlyList<PromptBlock> Blocks { get; init; }

    public bool Batch { get; init; }

    /// <summary>Asked in OpenAI's flexible tier.</summary>
    public bool IsFlexible { get; init; }

    /// <summary>Tokens at the beginning that an explicit cache holds: a hit by contract.</summary>
    public long HeldTokens { get; init; }

    public int OutputTokens { get; init; }

    public int ReasoningTokens { get; init; }

    /// <summary>Anthropic's top-level <c>cache_control</c>; null when the request has none.</summary>
    public CacheMark? Automatic { get; init; }

    /// <summary>OpenAI's <c>prompt_cache_options.mode</c>: "implicit" (default) or "explicit".</summary>
    public string Mode { get; init; } = "implicit";

    /// <summary>OpenAI's <c>prompt_cache_retention</c>: "in_memory", "24h" or null.</summary>
    public string? Retention { get; init; }

    /// <summary>Workspace or organisation; entries never cross it.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Time until the answer begins: what this request writes cannot be read before.</summary>
    public TimeSpan AnswerBeginsAfter { get; init; }

    /// <summary>The provider happens to miss (a hit is best effort in a batch); decided by the caller's seed.</summary>
    public bool LosesHit { get; init; }
}
