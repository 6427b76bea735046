using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Parsimony.Core.Tests;

/// <summary>Requests for tests: written out, or generated.</summary>
internal static class GivenRequest
{
    public static ModelId Model { get; } = ModelId.Parse("anthropic/claude-haiku-4-5");

    public static Gen<string> Word { get; } =
        Gen.Elements("a", "b", "z", "Z", "properti", "type", "über", "日本", "emoji 🙂", "quote \" \\ / <b>", "line\nbreak\ttab", " ", "cache_control");

    public static Gen<double?> Share { get; } = Gen.Elements<double?>(null, 0, 0.1, 0.7, 1, 0.95);

    private static Gen<ChatPart> Part { get; } = Gen.OneOf(
        Word.Select(ChatPart (text) => new ChatPart.Text(text)),
        from word in Word
        from bytes in Gen.Choose(0, 255).Select(n => (byte)n).ArrayOf(7)
        select (ChatPart)new ChatPart.Data("image/png", bytes, word),
        Gen.Constant((ChatPart)new ChatPart.Link("image/jpeg", "https://example.org/A%20b.jpg?x=1")),
        from word in Word
        from json in Object(2)
        select (ChatPart)new ChatPart.ToolCall("c1", word, json.ToJsonString(Compact)),
        from word in Word
        from json in Json(1)
        from isJson in Gen.Elements(true, false)
        select (ChatPart)new ChatPart.ToolResult("c1", isJson ? json.ToJsonString(Compact) : word, isJson),
        from word in Word
        from secret in Word.OrNull()
        select (ChatPart)new ChatPart.Reasoning(word, secret));

    private static Gen<ToolDeclaration> Tool { get; } =
        from name in Word
        from description in Word.OrNull()
        from schema in Object(2)
        from strict in Gen.Elements<bool?>(null, true, false)
        select new ToolDeclaration(name, description, schema, strict);

    public static Gen<ChatRequest> Chat { get; } =
        from turns in Turns()
        from tools in Tool.ArrayOf(2)
        from toolCount in Gen.Choose(0, 2)
        from temperature in Share
        from topP in Share
        from max in Gen.Elements<int?>(null, 1, 4096)
        from seed in Gen.Elements<long?>(null, 0, long.MaxValue)
        from stops in Word.ArrayOf(2)
        from format in Gen.OneOf(Gen.Constant(ChatFormat.Text), Gen.Constant(ChatFormat.Json), Object(2).Select(schema => new ChatFormat("schema", schema, "answer")))
        from effort in Gen.Elements<string?>(null, "none", "low", "medium", "high", "extraHigh")
        from output in Gen.Elements<string?>(null, "none", "summary", "full")
        from mode in Gen.Elements<(string?, string?)>((null, null), ("auto", null), ("none", null), ("required", null), ("required", "a"))
        from several in Gen.Elements<bool?>(null, true, false)
        from raw in Object(1)
        select new ChatRequest
        {
            Turns = turns,
            Tools = [.. tools.Take(toolCount)],
            Temperature = temperature,
            TopP = topP,
            TopK = max,
            FrequencyPenalty = topP,
            PresencePenalty = temperature,
            MaxOutputTokens = max,
            Seed = seed,
            StopSequences = max is null ? [] : stops,
            Format = format,
            ReasoningEffort = effort,
            ReasoningOutput = output,
            ToolMode = mode.Item1,
            RequiredTool = mode.Item2,
            AllowMultipleToolCalls = several,
            ConversationId = several is true ? "user-7" : null,
            Raw = raw,
        };

    private static System.Text.Json.JsonSerializerOptions Compact { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ChatRequest Question(string text, string system = "Answer briefly.") => new()
    {
        Turns = [new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(system)]), new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])],
    };

    public static Gen<JsonNode> Json(int depth)
    {
        var plain = Gen.OneOf(
            Word.Select(JsonNode (text) => JsonValue.Create(text)),
            Gen.Elements("0", "1.50", "-7", "9007199254740993", "1e-7", "true", "false").Select(json => JsonNode.Parse(json)!));
        return depth == 0 ? plain : Gen.OneOf(
            plain,
            Object(depth).Select(JsonNode (members) => members),
            Json(depth - 1).ArrayOf(2).Select(JsonNode (items) => new JsonArray([.. items.Select(item => item.DeepClone())])));
    }

    public static Gen<JsonObject> Object(int depth) =>
        from names in Word.ArrayOf(3)
        from values in Json(Math.Max(depth - 1, 0)).ArrayOf(3)
        select new JsonObject(names.Zip(values).DistinctBy(pair => pair.First, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.First, (JsonNode?)pair.Second.DeepClone())));

    private static Gen<ChatTurn[]> Turns() =>
        from turnCount in Gen.Choose(1, 4)
        from turns in (from role in Gen.Elements(ChatTurnRole.System, ChatTurnRole.User, ChatTurnRole.Assistant, ChatTurnRole.Tool)
                       from count in Gen.Choose(1, 3)
                       from parts in Part.ArrayOf(count)
                       from name in Word.OrNull()
                       select new ChatTurn(role, parts, string.IsNullOrWhiteSpace(name) ? null : name)).ArrayOf(turnCount)
        select turns;
}
