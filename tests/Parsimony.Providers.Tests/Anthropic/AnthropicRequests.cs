using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

/// <summary>Arbitrary requests from a seeded source.</summary>
internal static class AnthropicRequests
{
    private static readonly string[] Texts = ["", "a", "é\"\\\n\u2028", "<&>+'", "日本語", "\u0000\u001f", new('x', 3000)];

    public static Envelope Any(Random random) => random.Next(4) == 0
        ? AnthropicWorld.Verbatim(new JsonObject { ["model"] = Text(random), ["stream"] = true, ["x"] = Text(random) }.ToJsonString(), "m" + Text(random))
        : Chat(random).ToEnvelope(new ModelId(ProviderId.Anthropic, random.Next(2) == 0 ? "claude-haiku-4-5" : "claude-opus-4-6"));

    private static ChatRequest Chat(Random random) => new()
    {
        Turns =
        [
            new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("start")]),
            .. Enumerable.Range(0, random.Next(5)).Select(_ => new ChatTurn((ChatTurnRole)random.Next(1, 3), [.. Enumerable.Range(0, random.Next(3)).Select(_ => new ChatPart.Text(Text(random)))])),
            new ChatTurn(ChatTurnRole.User, [new ChatPart.Data("image/png", Encoding.UTF8.GetBytes(Text(random))), new ChatPart.ToolResult("id", Text(random), IsJson: false)]),
        ],
        MaxOutputTokens = random.Next(2) == 0 ? null : random.Next(1, 100_000),
        Temperature = random.Next(2) == 0 ? null : random.NextDouble(),
        StopSequences = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Text(random))],
        ReasoningEffort = random.Next(3) == 0 ? "high" : null,
        Tools = [.. Enumerable.Range(0, random.Next(3)).Select(i => new ToolDeclaration($"t{i}", Text(random), new JsonObject { ["description"] = Text(random) }))],
        Raw = random.Next(3) == 0 ? new JsonObject { ["metadata"] = new JsonObject { ["user_id"] = Text(random) } } : null,
    };

    private static string Text(Random random) => Texts[random.Next(Texts.Length)];
}
