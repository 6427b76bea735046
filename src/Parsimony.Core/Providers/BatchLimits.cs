namespace Parsimony;

/// <summary>A provider's batch limits and habits; from <c>data/models</c> or the provider's page, overridable by configuration.</summary>
public sealed record BatchLimits
{
    /// <summary>Most requests in a batch.</summary>
    public required int MaxRequests { get; init; }

    /// <summary>Fewest requests in a batch; fewer are sent live.</summary>
    public int MinRequests { get; init; } = 1;

    /// <summary>Most bytes of a batch's input.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Most requests waiting in all batches of the account; null when the provider counts none.</summary>
    public long? MaxQueuedRequests { get; init; }

    /// <summary>Most input tokens waiting in all batches per model; null when the provider counts none or tells none.</summary>
    public long? MaxQueuedTokens { get; init; }

    /// <summary>Caps on batches that have not ended; a batch waits until all that count its model have room. Empty where the provider has none or tells none: then a create that is one too many is refused, and waits.</summary>
    public IReadOnlyList<OpenBatchCap> OpenBatchCaps { get; init; } = [];

    /// <summary>Whether all lines must name one model.</summary>
    public required bool OneModelPerBatch { get; init; }

    /// <summary>After this long the provider ends the batch, finished or not.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>How long after the end of the window results can still be read; then nobody can be asked whose a batch was.</summary>
    public TimeSpan ResultRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Whether finished items of an expired batch are kept (and billed).</summary>
    public required bool KeepsFinishedOnExpiry { get; init; }

    /// <summary>How a batch whose create reply was lost is found again.</summary>
    public required OrphanSearch OrphanSearch { get; init; }

    /// <summary>How long a batch may stay <c>cancelling</c> before it ends; the prior until times are learnt.</summary>
    public TimeSpan CancelTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Default time between two status calls.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>How many batches of an account may be at the provider without having ended.</summary>
/// <param name="Most">How many.</param>
public sealed record OpenBatchCap(int Most)
{
    /// <summary>How the names of the models it counts begin; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether it counts batches of a model.</summary>
    public bool Counts(string model) => Models.Count == 0 || Models.Any(name => model.StartsWith(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>How sure a provider lets us be about a batch whose create reply was lost.</summary>
public enum OrphanSearch
{
    /// <summary>The batch carries our submission key: found means ours.</summary>
    ByKey,

    /// <summary>Only size and time can be compared: found means suspected, proven by custom ids when results are read.</summary>
    BySizeAndTime,
}
