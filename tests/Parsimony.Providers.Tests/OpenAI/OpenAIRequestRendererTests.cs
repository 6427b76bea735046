using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using static Parsimony.Providers.Tests.OpenAIGiven;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIRequestRendererTests
{
    private static readonly ChatRequest Everything = Chat("hi") with
    {
        MaxOutputTokens = 50,
        Temperature = 0.5,
        TopP = 0.9,
        TopK = 4,
        FrequencyPenalty = 0.1,
        PresencePenalty = 0.2,
        ReasoningEffort = "extraHigh",
    };

    [Fact]
    public void Leaves_out_what_reasoning_models_refuse()
    {
        var body = Body(Everything.ToEnvelope(Model("gpt-5-mini")));
        Assert.Equal(50, (int)body["max_completion_tokens"]!);
        Assert.Equal("xhigh", (string?)body["reasoning_effort"]);
        Assert.Empty(body.Select(m => m.Key).Intersect(["max_tokens", "temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty"], StringComparer.Ordinal));
    }

    [Fact]
    public void Sends_sampling_and_the_old_limit_to_models_that_want_them()
    {
        var body = Body(Everything.ToEnvelope(Model("gpt-4o")));
        Assert.Equal(50, (int)body["max_tokens"]!);
        Assert.Equal(0.5, (double)body["temperature"]!);
        Assert.Equal(0.9, (double)body["top_p"]!);
        Assert.Equal(0.1, (double)body["frequency_penalty"]!);
        Assert.Equal(0.2, (double)body["presence_penalty"]!);
        Assert.False(body.ContainsKey("max_completion_tokens") || body.ContainsKey("reasoning_effort") || body.ContainsKey("top_k"));
    }

    [Fact]
    public void Raw_members_win_over_rendered_ones_but_not_over_the_model_and_the_stream()
    {
        var raw = JsonNode.Parse("""{"temperature":1,"seed":12345678901234567890123,"model":"other","stream":true,"stream_options":{},"store":false}""")!.AsObject();
        var text = Render((Chat("hi") with { Temperature = 0.1, Raw = raw }).ToEnvelope(Model("gpt-4o")));
        var body = JsonNode.Parse(text)!.AsObject();
        Assert.Equal("gpt-4o", (string?)body["model"]);
        Assert.Equal(1, (int)body["temperature"]!);
        Assert.False((bool)body["store"]!);
        Assert.Contains("12345678901234567890123", text, StringComparison.Ordinal);
        Assert.DoesNotContain("stream", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Renders_the_same_bytes_every_time_on_one_line()
    {
        var envelope = Canonical("line one\nline two\u2028\"quoted\" \u0000 \U0001F600");
        var text = Render(envelope);
        Assert.Equal(text, Render(envelope));
        Assert.DoesNotContain('\n', text);
        Assert.Equal("line one\nline two\u2028\"quoted\" \u0000 \U0001F600", (string?)Body(envelope)["messages"]![0]!["content"]);
    }

    [Fact]
    public void Keeps_parallel_tool_calls_and_their_results_in_order()
    {
        var request = new ChatRequest
        {
            Turns =
            [
                new(ChatTurnRole.Assistant, [new ChatPart.Reasoning("hm", null), new ChatPart.ToolCall("c1", "a", "{\"x\":1}"), new ChatPart.ToolCall("c2", "b", "")]),
                new(ChatTurnRole.Tool, [new ChatPart.ToolResult("c1", "{\"ok\":true}", true), new ChatPart.ToolResult("c2", "fine", false)]),
            ],
        };
        var messages = Body(request.ToEnvelope(Model()))["messages"]!.AsArray();
        Assert.Equal(["assistant", "tool", "tool"], messages.Select(m => (string?)m!["role"]));
        Assert.Equal(["c1", "c2"], messages[0]!["tool_calls"]!.AsArray().Select(c => (string?)c!["id"]));
        Assert.Equal("{}", (string?)messages[0]!["tool_calls"]![1]!["function"]!["arguments"]);
        Assert.Equal("{\"ok\":true}", (string?)messages[1]!["content"]);
        Assert.Equal("c2", (string?)messages[2]!["tool_call_id"]);
    }

    [Theory]
    [InlineData("video/mp4", "media_type")]
    [InlineData("text/plain", "media_type")]
    public void Refuses_media_that_cannot_be_said(string mediaType, string code)
    {
        var request = new ChatRequest { Turns = [new(ChatTurnRole.User, [new ChatPart.Data(mediaType, new byte[] { 1 })])] };
        Assert.Equal(new ProviderFailure(FailureStage.Render, FailureCause.Unsupported, ProviderCode: code), Refused(request.ToEnvelope(Model())));
    }

    [Fact]
    public void Refuses_pictures_by_anyone_but_the_user()
    {
        var request = new ChatRequest { Turns = [new(ChatTurnRole.System, [new ChatPart.Link("image/png", "https://a.example/x.png")])] };
        Assert.Equal("media_role", Refused(request.ToEnvelope(Model())).ProviderCode);
    }

    [Fact]
    public void Refuses_the_other_dialect_and_bytes_that_are_no_request()
    {
        Assert.Equal(FailureCause.Unsupported, Refused(Canonical() with { Dialect = Dialect.Anthropic, Kind = EndpointKind.Messages }).Cause);
        Assert.Equal(FailureCause.InvalidRequest, Refused(Canonical() with { Bytes = "nonsense"u8.ToArray() }).Cause);
    }

    [Fact]
    public void Moves_marks_to_the_last_markable_block_before_them_and_keeps_four()
    {
        var request = new ChatRequest
        {
            Tools = [new("t", null, new JsonObject())],
            Turns =
            [
                new(ChatTurnRole.System, [new ChatPart.Text("s1"), new ChatPart.Text("s2")]),
                new(ChatTurnRole.User, [new ChatPart.Text("u")]),
                new(ChatTurnRole.Assistant, [new ChatPart.Text("a")]),
            ],
        };
        var hour = TimeSpan.FromHours(1);
        var body = Body(request.ToEnvelope(Model("gpt-6-sol")), new CacheMark(0, hour), new CacheMark(2, hour), new CacheMark(4, hour));
        Assert.Equal("explicit", (string?)body["prompt_cache_options"]!["mode"]);
        var messages = body["messages"]!.AsArray();
        Assert.False(messages[0]!["content"]![0]!.AsObject().ContainsKey("prompt_cache_breakpoint"));
        Assert.Equal("explicit", (string?)messages[0]!["content"]![1]!["prompt_cache_breakpoint"]!["mode"]);
        Assert.Equal("explicit", (string?)messages[1]!["content"]![0]!["prompt_cache_breakpoint"]!["mode"]);
        Assert.Equal("a", (string?)messages[2]!["content"]);
    }

    [Theory]
    [InlineData("gpt-5.5", false)]
    [InlineData("gpt-5.6", true)]
    [InlineData("gpt-5.6-mini-2026-01-01", true)]
    [InlineData("gpt-6.1-sol", true)]
    [InlineData("gpt-4o", false)]
    [InlineData("o3", false)]
    public void Marks_only_models_that_take_marks(string model, bool takes) =>
        Assert.Equal(takes, Body(Canonical(model: model), new CacheMark(0, TimeSpan.FromMinutes(30))).ContainsKey("prompt_cache_options"));

    [Theory]
    [InlineData("gpt-5.5", false)]
    [InlineData("gpt-5.6", true)]
    public void Declines_what_would_be_written_by_itself_where_that_costs(string model, bool says)
    {
        var body = JsonNode.Parse(Render(Canonical(model: model), CacheControl.Declined))!.AsObject();
        Assert.Equal(says ? "explicit" : null, (string?)body["prompt_cache_options"]?["mode"]);
        Assert.Equal("hello", (string?)body["messages"]![0]!["content"]);
    }

    [Fact]
    public void Gives_the_routing_key_but_not_over_the_callers_own()
    {
        var cache = new CacheControl { RoutingKey = "k1" };
        Assert.Equal("k1", (string?)JsonNode.Parse(Render(Canonical(), cache))!["prompt_cache_key"]);
        var own = (Chat("hello") with { Raw = new JsonObject { ["prompt_cache_key"] = "mine" } }).ToEnvelope(Model());
        Assert.Equal("mine", (string?)JsonNode.Parse(Render(own, cache))!["prompt_cache_key"]);
    }

    [Fact]
    public void The_bound_of_a_line_is_never_less_than_the_line()
    {
        var texts = ArbMap.Default.GeneratorFor<string>().Select(s => string.Concat((s ?? "").Where(c => !char.IsSurrogate(c))));
        var property = Prop.ForAll(
            texts.Two().Zip(Gen.Choose(0, 3)).ToArbitrary(),
            drawn =>
            {
                var ((first, second), kind) = drawn;
                var envelope = kind switch
                {
                    0 => (Chat(first) with { StopSequences = [second], Tools = [new ToolDeclaration("t", first, new JsonObject { [second] = first })] }).ToEnvelope(Model()),
                    1 => new EmbeddingRequest { Input = first }.ToEnvelope(Model("text-embedding-3-small")),
                    2 => new ImageRequest { Prompt = second, Size = first }.ToEnvelope(Model("gpt-image-1")),
                    _ => Verbatim($"{{ \"input\" : {JsonValue.Create(first).ToJsonString()} }}", EndpointKind.Responses, "m\"" + second),
                };
                var backend = Provider(new ScriptedHandler(), TimeProvider.System).Batches!;
                return backend.MeasureLine(envelope) >= LineBytes(envelope);
            });
        property.QuickCheckThrowOnFailure();
    }

    private static long LineBytes(Envelope envelope)
    {
        var input = Input(new BatchItem(new string('c', 64), envelope)) with { Kind = envelope.Kind };
        using var stream = new MemoryStream();
        var batches = OpenAIProfiles.OpenAI.Batches!;
        var line = new OpenAIBatchLine(new OpenAIRequestRenderer(ModelCatalogue.Default, OpenAIProfiles.OpenAI), batches, envelope.Kind);
        var lines = new BatchFile(ProviderId.OpenAI, batches.Limits, line);
        // The stream is memory and the items are an array: it has ended when the call returns.
        Assert.True(lines.WriteAsync(input, stream, CancellationToken.None).IsCompletedSuccessfully);
        return stream.Length;
    }
}
