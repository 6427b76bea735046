using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using static Parsimony.Providers.Aws.Tests.BedrockGiven;

namespace Parsimony.Providers.Aws.Tests;

public sealed class BedrockRequestRendererTests
{
    [Fact]
    public void A_messages_body_is_sent_on_with_a_version_and_without_model_and_stream() => Assert.Equal(
        """{"anthropic_version":"bedrock-2023-05-31","max_tokens":5,"messages":[ {"role":"user","content":"hi"}]}""",
        Render(Verbatim("""{"model":"x", "max_tokens":5,"stream":true,"messages":[ {"role":"user","content":"hi"}]}""")));

    [Fact]
    public void A_version_of_the_callers_own_is_kept() =>
        Assert.Equal("""{"anthropic_version":"mine","max_tokens":5,"messages":[]}""", Render(Verbatim("""{"anthropic_version":"mine","max_tokens":5,"messages":[]}""")));

    [Fact]
    public void A_live_messages_body_takes_marks_and_a_record_loses_them()
    {
        var envelope = Verbatim("""{"max_tokens":5,"tools":[{"name":"t","input_schema":{"type":"object","properties":{"cache_control":{"type":"string"}}},"cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}]}""");

        Assert.Equal(2, Render(envelope).Split("\"ephemeral\"").Length - 1);
        var record = Record(envelope, BedrockForm.InvokeModel);
        Assert.DoesNotContain("ephemeral", record, StringComparison.Ordinal);
        Assert.Contains("\"cache_control\":{\"type\":\"string\"}", record, StringComparison.Ordinal);
        Assert.Contains("\"cache_control\":{\"type\":\"ephemeral\"}", Render(Verbatim("""{"max_tokens":5,"messages":[{"role":"user","content":"hi"}]}"""), new CacheMark(0, TimeSpan.FromMinutes(5))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"max_tokens\":5")]
    [InlineData("{} {}")]
    public void A_body_that_is_no_object_is_refused_before_anything_is_sent(string json) =>
        Assert.Equal(FailureCause.InvalidRequest, Assert.Throws<ProviderException>(() => Render(Verbatim(json))).Failure.Cause);

    [Fact]
    public void Messages_are_for_Claude_only() =>
        Assert.Equal((ProviderId.Bedrock, FailureCause.Unsupported), Of(Assert.Throws<ProviderException>(() => Render(Verbatim("{}", Nova)))));

    [Theory]
    [InlineData("anthropic.claude-3-haiku-20240307-v1:0", "claude-3-haiku-20240307")]
    [InlineData("eu.anthropic.claude-opus-4-6-v1", "claude-opus-4-6")]
    [InlineData("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-5", "claude-sonnet-5")]
    [InlineData("amazon.nova-lite-v1:0", null)]
    [InlineData("my-anthropic.claude", null)]
    public void Knows_a_Claude_by_its_id(string id, string? name) => Assert.Equal(name, BedrockModels.AnthropicName(id));

    [Fact]
    public void Facts_of_the_same_Claude_apply() =>
        Assert.Equal("claude-opus-4-1", BedrockModels.Facts(ModelCatalogue.Default, Model("eu.anthropic.claude-opus-4-1-20250805-v1:0"))!.Id.Name[..15]);

    [Fact]
    public void A_record_in_Claudes_own_words_is_Anthropics_body_with_a_version_in_the_place_of_the_model()
    {
        var request = WithTool("hi") with
        {
            Turns =
            [
                new ChatTurn(ChatTurnRole.System, [new ChatPart.Text("be brief"), new ChatPart.Text("")]),
                new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("one")]),
                new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("two")]),
                new ChatTurn(ChatTurnRole.Assistant, [new ChatPart.ToolCall("c-1", "look", """{"at":"x"}""")]),
                new ChatTurn(ChatTurnRole.Tool, [new ChatPart.ToolResult("c-1", "seen", IsJson: false)]),
            ],
            Temperature = 0.5f,
        };
        var envelope = request.ToEnvelope(Model(Claude));
        var plain = new System.Buffers.ArrayBufferWriter<byte>();
        new AnthropicRequestRenderer(ModelCatalogue.Default, ProviderId.Bedrock).RenderChat(ChatRequest.FromEnvelope(envelope), new ModelId(ProviderId.Anthropic, BedrockModels.AnthropicName(Claude)!), [], plain);
        var rewritten = new System.Buffers.ArrayBufferWriter<byte>();
        BedrockInvokeBody.Write(plain.WrittenSpan, keepsMarks: false, rewritten);

        var record = Record(envelope, BedrockForm.InvokeModel);

        Assert.Equal(System.Text.Encoding.UTF8.GetString(rewritten.WrittenSpan), record);
        Assert.StartsWith("""{"anthropic_version":"bedrock-2023-05-31",""", record, StringComparison.Ordinal);
        Assert.Equal(3, JsonNode.Parse(record)!["messages"]!.AsArray().Count);
    }

    [Fact]
    public void A_record_with_members_of_its_own_still_names_no_model()
    {
        var record = Record((Chat("hi") with { Raw = new JsonObject { ["model"] = "x", ["stream"] = true, ["metadata"] = new JsonObject() } }).ToEnvelope(Model(Claude)), BedrockForm.InvokeModel);

        Assert.Equal(["anthropic_version", "max_tokens", "messages", "metadata"], JsonNode.Parse(record)!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void Raw_members_win_and_are_merged()
    {
        var request = Chat("hi") with { MaxOutputTokens = 7, TopK = 3, Raw = new JsonObject { ["additionalModelRequestFields"] = new JsonObject { ["x"] = 1 }, ["inferenceConfig"] = null } };

        Assert.Equal("""{"messages":[{"role":"user","content":[{"text":"hi"}]}],"additionalModelRequestFields":{"top_k":3,"x":1}}""", Render(request.ToEnvelope(Model("anthropic.claude-unheard-of"))));
    }

    [Theory]
    [InlineData("amazon.nova-2-lite-v1:0", """{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}""")]
    [InlineData("openai.gpt-oss-120b-1:0", """{"reasoning_effort":"high"}""")]
    [InlineData("meta.llama3-3-70b-instruct-v1:0", null)]
    public void An_effort_is_said_in_each_makers_words(string model, string? fields) =>
        Assert.Equal(fields, JsonNode.Parse(Render((Chat("hi") with { ReasoningEffort = "extraHigh" }).ToEnvelope(Model(model))))!["additionalModelRequestFields"]?.ToJsonString());

    [Fact]
    public void What_Converse_has_no_words_for_is_refused_by_name()
    {
        string Code(ChatRequest request) => Assert.Throws<ProviderException>(() => Render(request.ToEnvelope(Model(Claude)))).Failure.ProviderCode!;

        Assert.Equal("json-without-schema", Code(Chat("hi") with { Format = ChatFormat.Json }));
        Assert.Equal("tool-mode", Code(WithTool("hi") with { ToolMode = "none" }));
        Assert.Equal("link", Code(new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Link("image/png", "https://example.org/a.png")])] }));
        Assert.Equal("media-type", Code(new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Data("audio/wav", new byte[1])])] }));
        Assert.Equal("no-messages", Code(Chat("")));
    }

    [Fact]
    public void An_embedding_asks_Titan_and_no_other()
    {
        Assert.Equal("""{"inputText":"hi","dimensions":256}""", Render(new EmbeddingRequest { Input = "hi", Dimensions = 256 }.ToEnvelope(Model("amazon.titan-embed-text-v2:0"))));
        Assert.Equal((ProviderId.Bedrock, FailureCause.Unsupported), Of(Assert.Throws<ProviderException>(() => Render(new EmbeddingRequest { Input = "hi" }.ToEnvelope(Model("cohere.embed-v4:0"))))));
    }

    [Fact]
    public void Marks_go_where_the_vendors_client_looks_for_them()
    {
        List<ChatMessage> messages =
        [
            new(ChatRole.System, [new TextContent("a"), new TextContent("b")]),
            new(ChatRole.User, [new TextContent("c"), new TextContent("d")]),
        ];

        BedrockCacheMarks.Place(messages, [new CacheMark(2, TimeSpan.FromHours(1)), new CacheMark(3, TimeSpan.FromMinutes(5))], tools: 1, ttl => ttl);

        Assert.Equal(TimeSpan.FromHours(1), messages[0].AdditionalProperties!["CachePoint"]);
        Assert.Equal(TimeSpan.FromMinutes(5), messages[1].Contents[0].AdditionalProperties!["CachePoint"]);
        Assert.Null(messages[1].Contents[1].AdditionalProperties);
        BedrockCacheMarks.Place(messages, [], tools: 1, ttl => ttl);
        Assert.Empty(messages[0].AdditionalProperties!);
    }

    private static (ProviderId, FailureCause) Of(ProviderException e) => (e.Provider, e.Failure.Cause);
}
