using System.Text.Json.Nodes;

namespace Parsimony;

/// <summary>A chat request in Parsimony's own vocabulary: what canonical chat bytes say.</summary>
public sealed partial record ChatRequest
{
    /// <summary>The conversation, oldest first. System text is a message of role <see cref="ChatTurnRole.System"/>.</summary>
    public required IReadOnlyList<ChatTurn> Turns { get; init; }

    /// <summary>Upper limit of output tokens; null leaves it to the provider (or the model's catalogue where the provider demands one).</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Sampling temperature as asked; left out for models that refuse it.</summary>
    public double? Temperature { get; init; }

    /// <summary>Nucleus sampling share, 0-1.</summary>
    public double? TopP { get; init; }

    /// <summary>Sample among this many likeliest tokens.</summary>
    public int? TopK { get; init; }

    /// <summary>Penalty on tokens by how often they appeared.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Penalty on tokens that appeared.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Sampling seed, where the provider has one.</summary>
    public long? Seed { get; init; }

    /// <summary>Texts that end the answer.</summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>Free text, JSON, or JSON of a schema.</summary>
    public ChatFormat Format { get; init; } = ChatFormat.Text;

    /// <summary>Reasoning effort: <c>none</c>, <c>low</c>, <c>medium</c>, <c>high</c>, <c>extraHigh</c>; null leaves it to the provider.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>What of the reasoning to return: <c>none</c>, <c>summary</c>, <c>full</c>; null leaves it to the provider.</summary>
    public string? ReasoningOutput { get; init; }

    /// <summary>Tool declarations, in the caller's order.</summary>
    public IReadOnlyList<ToolDeclaration> Tools { get; init; } = [];

    /// <summary><c>auto</c>, <c>none</c> or <c>required</c>; null leaves it to the provider.</summary>
    public string? ToolMode { get; init; }

    /// <summary>With <see cref="ToolMode"/> <c>required</c>: the one tool that must be called.</summary>
    public string? RequiredTool { get; init; }

    /// <summary>Whether several tools may be called in one answer.</summary>
    public bool? AllowMultipleToolCalls { get; init; }

    /// <summary>A stable id of the end user or conversation, where the caller gave one.</summary>
    public string? ConversationId { get; init; }

    /// <summary>Provider-specific members, merged last into the rendered body; they win over what the renderer wrote.</summary>
    public JsonObject? Raw { get; init; }
}

/// <summary>Who speaks in a <see cref="ChatTurn"/>.</summary>
public enum ChatTurnRole
{
    /// <summary>Instructions.</summary>
    System,

    /// <summary>The person or program asking.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>A tool's results.</summary>
    Tool,
}

/// <summary>One message of a conversation.</summary>
public sealed record ChatTurn(ChatTurnRole Role, IReadOnlyList<ChatPart> Parts, string? AuthorName = null);

/// <summary>A piece of a message: one of the nested cases.</summary>
public abstract record ChatPart
{
    private ChatPart()
    {
    }

    /// <summary>Text.</summary>
    public sealed record Text(string Value) : ChatPart;

    /// <summary>Bytes sent inline: an image, a PDF, audio. <paramref name="Content"/> is raw, not base64.</summary>
    public sealed record Data(string MediaType, ReadOnlyMemory<byte> Content, string? Name = null) : ChatPart;

    /// <summary>Content by address, fetched by the provider.</summary>
    public sealed record Link(string MediaType, string Uri) : ChatPart;

    /// <summary>The model asked for a tool; <paramref name="ArgumentsJson"/> is a JSON object.</summary>
    public sealed record ToolCall(string CallId, string Name, string ArgumentsJson) : ChatPart;

    /// <summary>What a tool answered: text, or JSON when <paramref name="IsJson"/>.</summary>
    public sealed record ToolResult(string CallId, string Result, bool IsJson) : ChatPart;

    /// <summary>The model's earlier reasoning, returned to it; <paramref name="ProtectedData"/> is the provider's opaque form.</summary>
    public sealed record Reasoning(string Value, string? ProtectedData) : ChatPart;
}

/// <summary>The wanted form of the answer.</summary>
public sealed record ChatFormat(string Kind, JsonNode? Schema = null, string? Name = null, string? Description = null)
{
    /// <summary>Free text.</summary>
    public static ChatFormat Text { get; } = new("text");

    /// <summary>Any JSON.</summary>
    public static ChatFormat Json { get; } = new("json");

    /// <summary>Whether a schema is demanded (<see cref="Kind"/> is <c>schema</c>).</summary>
    public bool IsSchema => Schema is not null;
}

/// <summary>A tool the model may call: declared, never executed here.</summary>
public sealed record ToolDeclaration(string Name, string? Description, JsonNode Parameters, bool? Strict = null);
