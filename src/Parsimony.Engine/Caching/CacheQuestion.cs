namespace Parsimony.Engine;

/// <summary>A call that is about to be made: what should be asked of the prompt cache?</summary>
public sealed record CacheQuestion
{
    /// <summary>The request.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>The credential it goes out with: caches are its account's.</summary>
    public required string Credential { get; init; }

    /// <summary>Whose prompts are expected to begin alike, for <see cref="PromptCacheAdvisor.Drift"/>; null for all of the model's that say nothing.</summary>
    public PrefixWorkload? Workload { get; init; }

    /// <summary>What may be asked.</summary>
    public CacheTerms Terms { get; init; } = CacheTerms.Planned;

    /// <summary>What the caller says of the prompt's future; null for nothing: then the terms' hint holds.</summary>
    public ReuseHint? Hint { get; init; }

    /// <summary>Whether tools are being called in turns, so that the next prompt most likely begins with all of this one.</summary>
    public bool IsToolLoop { get; init; }

    /// <summary>
    /// How long the call may wait for another under way that is writing a beginning of its prompt, so that it reads what it would else pay for. Waits happen in
    /// <see cref="PromptCacheAdvisor.AdviseAsync"/> alone.
    /// </summary>
    /// <value>Zero by default.</value>
    public TimeSpan Patience { get; init; }

    /// <summary>Whether the caller has asked the cache itself: then nothing is planned, and the prompt is learnt.</summary>
    public bool IsCallersOwn { get; init; }
}
