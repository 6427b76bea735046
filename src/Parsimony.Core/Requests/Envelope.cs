namespace Parsimony;

/// <summary>One request as it is stored: what is asked, of which model, in whose words. Immutable.</summary>
/// <remarks>
/// Canonical bytes come from <see cref="ChatRequest"/>, <see cref="EmbeddingRequest"/> or <see cref="ImageRequest"/>; verbatim bytes from a
/// caller who already speaks a provider's dialect. Neither holds a deadline, a cache mark or a stream flag: those belong to the plan.
/// </remarks>
public sealed record Envelope
{
    /// <summary>The endpoint kind; canonical chat envelopes are always <see cref="EndpointKind.Chat"/>, whatever endpoint serves them.</summary>
    public required EndpointKind Kind { get; init; }

    /// <summary>In whose words <see cref="Bytes"/> are.</summary>
    public required Dialect Dialect { get; init; }

    /// <summary>The model that is asked.</summary>
    public required ModelId Model { get; init; }

    /// <summary>UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }
}
