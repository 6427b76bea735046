using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>What a request asks of a simulated model, whichever provider's wire it came over.</summary>
internal sealed record SimulatedQuestion
{
    public required string Provider { get; init; }

    public required string Model { get; init; }

    public string SystemText { get; init; } = "";

    public string UserText { get; init; } = "";

    public int ImageCount { get; init; }

    public JsonElement? JsonSchema { get; init; }

    public bool JsonMode { get; init; }

    public IReadOnlyList<(string Name, JsonElement Parameters)> Tools { get; init; } = [];

    public string? ForcedTool { get; init; }

    public int? MaxOutputTokens { get; init; }

    /// <summary>How often an equal question was asked before, from zero; a later one may be answered differently.</summary>
    public int Ordinal { get; init; }
}

/// <summary>A rule's answer: text or one tool call, never both.</summary>
internal sealed record SimulatedAnswer
{
    public required string Text { get; init; }

    public (string Name, string ArgumentsJson)? ToolCall { get; init; }

    /// <summary>The answer was cut at the question's output limit.</summary>
    public bool Truncated { get; init; }

    public required int OutputTokens { get; init; }
}
