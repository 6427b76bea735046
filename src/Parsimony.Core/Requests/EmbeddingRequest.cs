using System.Text.Json.Nodes;

namespace Parsimony;

/// <summary>One text to embed. A list of texts is a list of requests, so each has its own identity and cost.</summary>
public sealed partial record EmbeddingRequest
{
    /// <summary>The text.</summary>
    public required string Input { get; init; }

    /// <summary>Wanted vector length; null for the model's own.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Provider-specific members, merged last.</summary>
    public JsonObject? Raw { get; init; }
}
