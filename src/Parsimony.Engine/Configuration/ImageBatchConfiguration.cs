namespace Parsimony.Engine;

/// <summary>Whether a batch of the image pipeline is waited for.</summary>
public enum ImageBatchMode
{
    /// <summary>Answer at once with an id (<c>deferred</c>).</summary>
    Deferred,

    /// <summary>Wait for the results (<c>immediate</c>, also <c>poll</c>).</summary>
    Immediate,
}

/// <summary>The image pipeline's batch settings (<c>imageBatching</c>, and the <c>BATCH_*</c> environment variables).</summary>
public sealed record ImageBatchConfiguration
{
    /// <summary>Whether batches are used (<c>enabled</c>, <c>BATCH_API_ENABLED</c>).</summary>
    /// <value>False by default.</value>
    public bool Enabled { get; init; }

    /// <summary>Whether results are waited for (<c>mode</c>, <c>BATCH_API_MODE</c>).</summary>
    /// <value><see cref="ImageBatchMode.Deferred"/> by default.</value>
    public ImageBatchMode Mode { get; init; } = ImageBatchMode.Deferred;

    /// <summary>How long a batch is waited for (<c>maxWaitHours</c>, <c>BATCH_MAX_WAIT_HOURS</c>).</summary>
    /// <value>24 hours by default.</value>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Time between two status calls (<c>pollIntervalMs</c>, <c>BATCH_POLL_INTERVAL_MS</c>).</summary>
    /// <value>30,000 ms by default.</value>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(30_000);

    /// <summary>Whether vision calls are batched (<c>visionEnabled</c>, <c>BATCH_VISION_ENABLED</c>).</summary>
    /// <value>True by default.</value>
    public bool VisionEnabled { get; init; } = true;

    /// <summary>Whether language calls are batched (<c>llmEnabled</c>, <c>BATCH_LLM_ENABLED</c>).</summary>
    /// <value>True by default.</value>
    public bool LlmEnabled { get; init; } = true;

    /// <summary>Whether the live call is made when a batch cannot be (<c>fallbackToStandard</c>, <c>BATCH_FALLBACK_TO_STANDARD</c>).</summary>
    /// <value>True by default.</value>
    public bool FallbackToStandard { get; init; } = true;

    /// <summary>Whether costs are tracked per job (<c>costTracking</c>, <c>BATCH_COST_TRACKING</c>).</summary>
    /// <value>True by default.</value>
    public bool CostTracking { get; init; } = true;

    /// <summary>Whether the route is chosen per request (<c>hybridMode</c>, <c>BATCH_HYBRID_MODE</c>).</summary>
    /// <value>False by default.</value>
    public bool HybridMode { get; init; }

    /// <summary>Most requests of one batch (<c>maxBatchSize</c>).</summary>
    /// <value>10,000 by default.</value>
    public int MaxBatchSize { get; init; } = 10_000;

    /// <summary>Whether rankings by vision are batched (<c>enableForOperations.visionRanking</c>).</summary>
    /// <value>True by default.</value>
    public bool VisionRanking { get; init; } = true;

    /// <summary>Whether critiques are batched (<c>enableForOperations.critique</c>).</summary>
    /// <value>True by default.</value>
    public bool Critique { get; init; } = true;

    /// <summary>Whether refinements are batched (<c>enableForOperations.refinement</c>).</summary>
    /// <value>False by default.</value>
    public bool Refinement { get; init; }
}
