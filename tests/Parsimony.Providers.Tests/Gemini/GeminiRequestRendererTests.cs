using System.Text.Json.Nodes;
using static Parsimony.Providers.Tests.GeminiGiven;

namespace Parsimony.Providers.Tests;

public sealed class GeminiRequestRendererTests
{
    [Theory]
    [InlineData("gemini-2.0-flash", "high", null)]
    [InlineData("gemini-2.5-flash", "none", """{"thinkingBudget":0}""")]
    [InlineData("gemini-2.5-pro", "none", """{"thinkingBudget":128}""")]
    [InlineData("gemini-2.5-flash", "extraHigh", """{"thinkingBudget":24576}""")]
    [InlineData("gemini-3.8-flash", "none", """{"thinkingLevel":"minimal"}""")]
    [InlineData("gemini-3.1-pro-preview", "extraHigh", """{"thinkingLevel":"high"}""")]
    [InlineData("gemini-4-argon", "medium", """{"thinkingLevel":"medium"}""")]
    [InlineData("some-tuned-model", "low", """{"thinkingLevel":"low"}""")]
    [InlineData("gemini-3.8-flash", null, null)]
    public void An_effort_becomes_what_the_generation_understands(string model, string? effort, string? expected)
    {
        var body = Body(Chat("hi") with { ReasoningEffort = effort }, model);

        Assert.Equal(expected, body["generationConfig"]?["thinkingConfig"]?.ToJsonString());
    }

    [Fact]
    public void Neighbours_of_one_side_become_one_content()
    {
        var body = Body(new ChatRequest
        {
            Turns =
            [
                new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("a")]),
                new ChatTurn(ChatTurnRole.System, [new ChatPart.Text("rules")]),
                new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("b")]),
                new ChatTurn(ChatTurnRole.Assistant, [new ChatPart.Text("")]),
                new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("c")]),
            ],
        });

        Assert.Equal("""[{"role":"user","parts":[{"text":"a"},{"text":"b"},{"text":"c"}]}]""", body["contents"]!.ToJsonString());
        Assert.Equal("""{"parts":[{"text":"rules"}]}""", body["systemInstruction"]!.ToJsonString());
    }

    [Fact]
    public void A_signature_goes_back_with_the_part_it_came_before()
    {
        var body = Body(new ChatRequest
        {
            Turns =
            [
                new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("q")]),
                new ChatTurn(ChatTurnRole.Assistant, [new ChatPart.Reasoning("thought", null), new ChatPart.Text("a"), new ChatPart.Reasoning("", "c2ln")]),
                new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("q2")]),
                new ChatTurn(ChatTurnRole.Assistant, [new ChatPart.Reasoning("x", "redacted_thinking:another provider's"), new ChatPart.Reasoning("", "c2lh"), new ChatPart.Text("b")]),
            ],
        });

        Assert.Equal("""[{"text":"a"},{"text":"","thoughtSignature":"c2ln"}]""", body["contents"]![1]!["parts"]!.ToJsonString());
        Assert.Equal("""[{"text":"b","thoughtSignature":"c2lh"}]""", body["contents"]![3]!["parts"]!.ToJsonString());
    }

    [Theory]
    [InlineData("gemini-3.8-flash", true)]
    [InlineData("gemini-2.5-flash", false)]
    public void Calls_another_model_made_carry_the_documented_stand_in_where_a_signature_is_demanded(string model, bool isDemanded)
    {
        var body = Body(
            new ChatRequest
            {
                Turns =
                [
                    new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("q")]),
                    new ChatTurn(ChatTurnRole.Assistant, [new ChatPart.ToolCall("1", "t", "{}"), new ChatPart.ToolCall("2", "t", "{}")]),
                ],
            },
            model);

        var parts = body["contents"]![1]!["parts"]!.AsArray();
        Assert.Equal(isDemanded, parts[0]!["thoughtSignature"] is not null);
        Assert.Null(parts[1]!["thoughtSignature"]);
    }

    [Theory]
    [InlineData("auto", false, "AUTO")]
    [InlineData("auto", true, "VALIDATED")]
    [InlineData(null, true, "VALIDATED")]
    [InlineData("none", true, "NONE")]
    [InlineData("required", false, "ANY")]
    [InlineData(null, false, null)]
    public void A_tool_mode_has_its_word(string? mode, bool strict, string? expected)
    {
        var body = Body(Chat("hi") with { Tools = [new ToolDeclaration("t", null, new JsonObject(), strict)], ToolMode = mode });

        Assert.Equal(expected, body["toolConfig"]?["functionCallingConfig"]?["mode"]?.GetValue<string>());
    }

    [Fact]
    public void What_cannot_be_said_is_refused_before_anything_is_sent()
    {
        var tool = new ToolDeclaration("t", null, new JsonObject());

        Assert.Equal(("single-tool-call", FailureCause.Unsupported), Said(Chat("a") with { Tools = [tool], AllowMultipleToolCalls = false }));
        Assert.Equal(("seed", FailureCause.Unsupported), Said(Chat("a") with { Seed = 1L << 40 }));
        Assert.Equal(("contents", FailureCause.InvalidRequest), Said(new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.System, [new ChatPart.Text("s")])] }));
        Assert.Equal(("media-type", FailureCause.Unsupported), Said(User(new ChatPart.Data("application/zip", new byte[] { 1 }))));
        Assert.Equal(("media-type", FailureCause.Unsupported), Said(User(new ChatPart.Data("image/*", new byte[] { 1 }))));
        Assert.Equal(("tool-result-without-call", FailureCause.InvalidRequest), Said(User(new ChatPart.ToolResult("x", "r", false))));
        Assert.Equal(("part-role", FailureCause.InvalidRequest), Said(User(new ChatPart.ToolCall("x", "t", "{}"))));
        Assert.Equal(("system-part", FailureCause.Unsupported), Said(new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.System, [new ChatPart.Link("image/png", "https://a")])] }));
    }

    [Fact]
    public void Another_providers_words_are_refused()
    {
        var envelope = Canonical() with { Dialect = Dialect.OpenAI };

        Assert.Equal(FailureCause.Unsupported, Assert.Throws<ProviderException>(() => Render(envelope)).Failure.Cause);
    }

    [Fact]
    public void Raw_members_win_are_merged_and_null_takes_one_away()
    {
        var request = Chat("hi") with { Temperature = 1, MaxOutputTokens = 5, Raw = JsonNode.Parse("""{"generationConfig":{"temperature":null,"topK":3},"stream":true,"model":"x"}""")!.AsObject() };

        Assert.Equal("""{"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":5,"topK":3}}""", Render(request));
    }

    [Fact]
    public void The_same_request_gives_the_same_bytes_on_one_line()
    {
        var request = Chat("two\nlines \u2028 é 😀") with { StopSequences = ["\n"] };

        Assert.Equal(Render(request), Render(request));
        Assert.DoesNotContain('\n', Render(request));
    }

    private static ChatRequest User(ChatPart part) => new() { Turns = [new ChatTurn(ChatTurnRole.User, [part])] };

    private static (string?, FailureCause) Said(ChatRequest request)
    {
        var failure = Refused(request);
        Assert.Equal(FailureStage.Render, failure.Stage);
        return (failure.ProviderCode, failure.Cause);
    }
}
