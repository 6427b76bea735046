namespace Parsimony;

/// <summary>
/// A provider's caches that are made, named and paid for apart from the requests that read them: what stands before the conversation (instructions and tools), kept for a time that is
/// charged. Calls are made once. Thread safe.
/// </summary>
public interface IExplicitCaches
{
    /// <summary>What a cache would hold of a request, as it goes on the wire; null where it has nothing of the kind, or names a cache or a head of its own.</summary>
    /// <exception cref="ProviderException">The request cannot be said in this provider's dialect.</exception>
    ReadOnlyMemory<byte>? RenderHead(Envelope envelope);

    /// <summary>Makes a cache.</summary>
    /// <param name="model">The one model that can read it.</param>
    /// <param name="head">What <see cref="RenderHead"/> wrote.</param>
    /// <param name="lifetime">How long it lives; at least a second.</param>
    /// <param name="label">A name to find it by, at most 128 characters.</param>
    /// <param name="cancellationToken">Gives up waiting; the cache may exist all the same.</param>
    /// <exception cref="ProviderException">It was refused, or nobody knows.</exception>
    Task<ExplicitCache> CreateAsync(ModelId model, ReadOnlyMemory<byte> head, TimeSpan lifetime, string label, CancellationToken cancellationToken = default);

    /// <summary>Lets a cache live on for a while from now.</summary>
    /// <exception cref="ProviderException">It was refused, for example because the cache is gone.</exception>
    Task<ExplicitCache> ExtendAsync(string name, TimeSpan lifetime, CancellationToken cancellationToken = default);

    /// <summary>The cache that lives longest of those whose label begins so; null where there is none.</summary>
    /// <exception cref="ProviderException">It could not be asked, or not be read.</exception>
    Task<ExplicitCache?> FindAsync(ModelId model, string label, CancellationToken cancellationToken = default);

    /// <summary>Deletes a cache; null when done or already gone.</summary>
    Task<ProviderFailure?> DeleteAsync(string name, CancellationToken cancellationToken = default);
}

/// <summary>A prompt's head kept at its provider.</summary>
public sealed record ExplicitCache
{
    /// <summary>The provider's name of it: what requests refer to it by.</summary>
    public required string Name { get; init; }

    /// <summary>The label it was made with; null for none.</summary>
    public string? Label { get; init; }

    /// <summary>Tokens it holds, billed once as input and then by the hour; null when the reply did not say.</summary>
    public long? Tokens { get; init; }

    /// <summary>When it is deleted by itself; null when the reply did not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Token-hours of storage from an instant to its end: what the storage price is charged on; null when size or end is unknown.</summary>
    public decimal? TokenHours(DateTimeOffset from) =>
        Tokens is { } tokens && ExpiresAt is { } end ? tokens * (decimal)Math.Max(0, (end - from).TotalHours) : null;
}
