namespace Parsimony;

/// <summary>What is known of a model besides its price. A null is "not known", never "no".</summary>
public sealed record ModelFacts
{
    /// <summary>The model, by its listed name.</summary>
    public required ModelId Id { get; init; }

    /// <summary>Most tokens of a prompt.</summary>
    public int? MaxInputTokens { get; init; }

    /// <summary>Most tokens of an answer, reasoning included.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The shortest prompt prefix, in tokens, that a cache keeps.</summary>
    public int? MinCacheTokens { get; init; }

    /// <summary>Whether the answer's limit must be sent as <c>max_completion_tokens</c> instead of <c>max_tokens</c>.</summary>
    public bool? UsesMaxCompletionTokens { get; init; }

    /// <summary>Whether temperature, top_p and the like are refused unless left at their defaults.</summary>
    public bool? RefusesSampling { get; init; }

    /// <summary>Whether temperature and top_p are refused together, though either may be sent alone.</summary>
    public bool? RefusesTemperatureWithTopP { get; init; }

    /// <summary>Whether a reasoning effort can be asked for.</summary>
    public bool? SupportsReasoningEffort { get; init; }

    /// <summary>Other names of the same model at the same price.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Members of this row that could not be confirmed, in the spelling of the data file, for example <c>refuses_sampling</c>.</summary>
    public IReadOnlyList<string> Unverified { get; init; } = [];

    /// <summary>Where the facts were read, and when.</summary>
    public required string Source { get; init; }

    /// <summary>Dated names that are this model's but not at its price.</summary>
    internal IReadOnlyList<string> Not { get; init; } = [];
}
