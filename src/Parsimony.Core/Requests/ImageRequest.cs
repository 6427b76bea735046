using System.Text.Json.Nodes;

namespace Parsimony;

/// <summary>Images to generate from a prompt.</summary>
public sealed partial record ImageRequest
{
    /// <summary>What to draw.</summary>
    public required string Prompt { get; init; }

    /// <summary>Pixels as <c>WxH</c>; null for the provider's default.</summary>
    public string? Size { get; init; }

    /// <summary>How many images; null for one.</summary>
    public int? Count { get; init; }

    /// <summary>The provider's quality word; null for its default.</summary>
    public string? Quality { get; init; }

    /// <summary>Provider-specific members, merged last.</summary>
    public JsonObject? Raw { get; init; }
}
