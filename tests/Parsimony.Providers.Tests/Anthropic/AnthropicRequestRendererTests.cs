using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

public class AnthropicRequestRendererTests
{
    [Fact]
    public void Gives_an_unknown_model_the_limit_every_model_takes()
    {
        Assert.Equal(4096, (int)Render(AnthropicWorld.Chat(model: ModelId.Parse("anthropic/claude-from-tomorrow")))["max_tokens"]!);
    }

    [Fact]
    public void Leaves_out_sampling_that_a_model_refuses()
    {
        var request = Request("hi") with { Temperature = 0.3, TopP = 0.5, TopK = 4 };

        var body = Render(request.ToEnvelope(ModelId.Parse("anthropic/claude-fable-5-1")));

        Assert.Equal(["model", "max_tokens", "messages"], body.Select(m => m.Key));
    }

    [Fact]
    public void Hoists_system_turns_from_anywhere_and_merges_neighbours()
    {
        var request = new ChatRequest
        {
            Turns =
            [
                Turn(ChatTurnRole.System, "a"), Turn(ChatTurnRole.User, "b"), Turn(ChatTurnRole.System, "c"), Turn(ChatTurnRole.User, "d", ""),
                Turn(ChatTurnRole.Assistant, ""), Turn(ChatTurnRole.User, "e"),
            ],
        };

        var body = Render(request.ToEnvelope(AnthropicWorld.Haiku));

        Assert.Equal(["a", "c"], body["system"]!.AsArray().Select(b => (string?)b!["text"]));
        var message = Assert.Single(body["messages"]!.AsArray());
        Assert.Equal(["b", "d", "e"], message!["content"]!.AsArray().Select(b => (string?)b!["text"]));
    }

    [Fact]
    public void Refuses_JSON_without_a_schema_before_anything_is_paid()
    {
        var failure = Refusal((Request("hi") with { Format = ChatFormat.Json }).ToEnvelope(AnthropicWorld.Haiku));

        Assert.Equal((FailureStage.Render, FailureCause.Unsupported, "json-without-schema"), (failure.Stage, failure.Cause, failure.ProviderCode));
    }

    [Theory]
    [InlineData("audio/wav")]
    [InlineData("image/tiff")]
    public void Refuses_media_the_provider_cannot_read(string mediaType)
    {
        var request = new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Data(mediaType, new byte[] { 1 })])] };

        Assert.Equal(FailureCause.Unsupported, Refusal(request.ToEnvelope(AnthropicWorld.Haiku)).Cause);
    }

    [Fact]
    public void Refuses_a_conversation_without_a_word()
    {
        Assert.Equal(FailureCause.InvalidRequest, Refusal(Request("").ToEnvelope(AnthropicWorld.Haiku)).Cause);
    }

    [Fact]
    public void Refuses_another_dialect()
    {
        var envelope = AnthropicWorld.Verbatim("{}") with { Dialect = Dialect.OpenAI, Kind = EndpointKind.Chat };

        Assert.Equal(FailureCause.Unsupported, Refusal(envelope).Cause);
    }

    [Fact]
    public void Places_marks_on_the_last_four_blocks_that_take_one()
    {
        var request = new ChatRequest
        {
            Tools = [new ToolDeclaration("t", null, new JsonObject { ["type"] = "object" })],
            Turns =
            [
                Turn(ChatTurnRole.System, "s"), Turn(ChatTurnRole.User, "u", "v"),
                new ChatTurn(ChatTurnRole.Assistant, [new ChatPart.Text("w"), new ChatPart.Reasoning("x", "sig")]), Turn(ChatTurnRole.User, "y"),
            ],
        };
        CacheMark[] marks = [Mark(0, 60), Mark(1, 60), Mark(2, 60), Mark(3, 5), Mark(5, 5)];

        var body = Render(request.ToEnvelope(AnthropicWorld.Haiku), marks);

        Assert.Null(body["tools"]![0]!["cache_control"]);
        Assert.Equal("""{"type":"ephemeral","ttl":"1h"}""", body["system"]![0]!["cache_control"]!.ToJsonString());
        Assert.Equal("1h", (string?)body["messages"]![0]!["content"]![0]!["cache_control"]!["ttl"]);
        Assert.Equal("""{"type":"ephemeral"}""", body["messages"]![0]!["content"]![1]!["cache_control"]!.ToJsonString());
        // Thinking takes no mark: it went to the text before it.
        Assert.NotNull(body["messages"]![1]!["content"]![0]!["cache_control"]);
        Assert.Null(body["messages"]![1]!["content"]![1]!["cache_control"]);
    }

    [Fact]
    public void Marks_change_nothing_else_of_the_bytes()
    {
        var envelope = (Request("hi") with { Turns = [Turn(ChatTurnRole.System, "s"), Turn(ChatTurnRole.User, "u")] }).ToEnvelope(AnthropicWorld.Haiku);

        var marked = Text(envelope, [Mark(0, 5)]);

        Assert.Equal(Text(envelope, []), marked.Replace(""","cache_control":{"type":"ephemeral"}""", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "model":"claude-haiku-4-5-20251001", "big":12345678901234567890.10, "messages":[{"role":"user","content":"\u00e9\u2028"}] }""")]
    [InlineData("""{"messages":[],"model":"claude-haiku-4-5-20251001"}""")]
    public void Sends_a_callers_own_body_byte_for_byte(string body)
    {
        Assert.Equal(body, Text(AnthropicWorld.Verbatim(body), []));
    }

    [Theory]
    [InlineData("""{"model":"other","n":1.10}""", """{"model":"claude-haiku-4-5-20251001","n":1.10}""")]
    [InlineData("""{"stream":true,"model":"claude-haiku-4-5-20251001","n":1.10}""", """{"model":"claude-haiku-4-5-20251001","n":1.10}""")]
    [InlineData("""{"n":1.10,"stream":false}""", """{"model":"claude-haiku-4-5-20251001","n":1.10}""")]
    public void Edits_only_the_model_and_the_stream_flag_of_a_callers_own_body(string body, string expected)
    {
        Assert.Equal(expected, Text(AnthropicWorld.Verbatim(body), []));
    }

    [Fact]
    public void Marks_a_callers_own_body_where_it_has_no_marks_of_its_own()
    {
        const string Plain = """{"model":"claude-haiku-4-5-20251001","system":"s","messages":[{"role":"user","content":"u"}]}""";
        const string Own = """{"model":"claude-haiku-4-5-20251001","messages":[{"role":"user","content":[{"type":"text","text":"u","cache_control":{"type":"ephemeral"}}]}]}""";

        Assert.Equal(
            """{"model":"claude-haiku-4-5-20251001","system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":[{"type":"text","text":"u"}]}]}""",
            Text(AnthropicWorld.Verbatim(Plain), [Mark(0, 60)]));
        Assert.Equal(Own, Text(AnthropicWorld.Verbatim(Own), [Mark(0, 60)]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"model":"claude-haiku-4-5-20251001"} x""")]
    [InlineData("""{"model":"claude-haiku-4-5-20251001",""")]
    public void Refuses_a_body_that_would_break_a_batch(string body)
    {
        Assert.Equal(FailureCause.InvalidRequest, Refusal(AnthropicWorld.Verbatim(body)).Cause);
    }

    [Fact]
    public void Does_not_change_the_callers_raw_members()
    {
        var raw = new JsonObject { ["metadata"] = new JsonObject { ["user_id"] = "u" } };

        var body = Render((Request("hi") with { Raw = raw }).ToEnvelope(AnthropicWorld.Haiku));

        Assert.Equal("u", (string?)body["metadata"]!["user_id"]);
        Assert.Equal("""{"metadata":{"user_id":"u"}}""", raw.ToJsonString());
    }

    private static ChatRequest Request(string text) => new() { Turns = [Turn(ChatTurnRole.User, text)] };

    private static ChatTurn Turn(ChatTurnRole role, params string[] texts) => new(role, [.. texts.Select(t => new ChatPart.Text(t))]);

    private static CacheMark Mark(int block, int minutes) => new(block, TimeSpan.FromMinutes(minutes));

    private static ProviderFailure Refusal(Envelope envelope) => Assert.Throws<ProviderException>(() => Text(envelope, [])).Failure;

    private static JsonObject Render(Envelope envelope, params CacheMark[] marks) => JsonNode.Parse(Text(envelope, marks))!.AsObject();

    private static string Text(Envelope envelope, IReadOnlyList<CacheMark> marks)
    {
        var output = new ArrayBufferWriter<byte>();
        new AnthropicRequestRenderer(ModelCatalogue.Default, ProviderId.Anthropic).Render(envelope, marks, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
