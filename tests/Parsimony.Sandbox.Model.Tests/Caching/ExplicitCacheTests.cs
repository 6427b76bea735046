using System.Text;
using System.Text.Json;
using static Parsimony.Sandbox.Model.Tests.CacheGiven;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>Requests over Gemini's explicit caches, live and in batches.</summary>
public sealed class ExplicitCacheTests : IDisposable
{
    private const string Tools = ""","tools":[{"functionDeclarations":[{"name":"look_up","parametersJsonSchema":{"type":"object","properties":{"word":{"type":"string"}}}}]}]""";

    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData(""","systemInstruction":{"parts":[{"text":"Labels: red, green or blue."}]}""", "")]
    [InlineData("", ""","generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object","properties":{"a":{"type":"string"},"n":{"type":"integer"}}}}""")]
    [InlineData("", ""","generationConfig":{"maxOutputTokens":3}""")]
    public async Task An_answer_over_a_cache_is_that_of_the_whole_request(string head, string tail)
    {
        var name = await _scene.CacheAsync(Body(head));

        var over = await _scene.AskAsync(name, tail);
        var whole = await _scene.CacheCallAsync("POST", $"models/{Flash}:generateContent", $$"""{"contents":[{{Turn(Document)}},{{Turn("and now?")}}]{{head}}{{tail}}}""");

        Assert.Equal(AnswerOf(whole), AnswerOf(over));
        Assert.Equal(Usage(whole, "promptTokenCount"), Usage(over, "promptTokenCount"));
        Assert.Equal(Usage(whole, "candidatesTokenCount"), Usage(over, "candidatesTokenCount"));
        Assert.Equal((null, Usage(whole, "promptTokenCount") - 2), (Usage(whole, "cachedContentTokenCount"), Usage(over, "cachedContentTokenCount")));
    }

    [Fact]
    public async Task Tools_and_their_settings_come_from_the_cache()
    {
        var name = await _scene.CacheAsync(Body(Tools + ""","toolConfig":{"functionCallingConfig":{"mode":"ANY"}}"""));

        var call = (await _scene.AskAsync(name)).Json.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("functionCall");

        Assert.Equal("look_up", call.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_first_turn_may_answer_a_call_that_stands_in_the_cache()
    {
        var name = await _scene.CacheAsync(
            $$"""{"model":"models/{{Flash}}","contents":[{{Turn(Document)}},{"role":"model","parts":[{"functionCall":{"name":"look_up","args":{} } }] }]{{Tools}} }""");
        const string Answer = """{"role":"user","parts":[{"functionResponse":{"name":"look_up","response":{"found":1}}}]}""";
        Task<Sent> Ask(string turn) => _scene.CacheCallAsync("POST", $"models/{Flash}:generateContent", $$"""{"contents":[{{turn}}],"cachedContent":"{{name}}"}""");

        Assert.Equal(200, (await Ask(Answer)).Status);
        Assert.Equal((400, "INVALID_ARGUMENT"), (ErrorOf(await Ask(Turn("no answer"))).Code, ErrorOf(await Ask(Turn("no answer"))).Status));
    }

    [Fact]
    public async Task A_stream_over_a_cache_counts_it_in_each_event()
    {
        var name = await _scene.CacheAsync();

        var events = (await _scene.AskAsync(name, verb: "streamGenerateContent")).Lines.Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line[6..])).ToList();

        Assert.NotEmpty(events);
        Assert.All(events, e => Assert.Equal(2_500, e.GetProperty("usageMetadata").GetProperty("cachedContentTokenCount").GetInt32()));
    }

    [Fact]
    public async Task Every_request_hits_until_the_end_and_leaves_nothing_behind()
    {
        var name = await _scene.CacheAsync();

        for (var i = 0; i < 20; i++)
        {
            _scene.Pass(TimeSpan.FromSeconds(14));
            Assert.Equal((2_500L, 2L), (await AskedAsync(name) is { } usage ? (usage.CacheRead, usage.UncachedInput) : default));
        }

        var whole = await _scene.CacheCallAsync("POST", $"models/{Flash}:generateContent", $$"""{"contents":[{{Turn(Document)}},{{Turn("and now?")}}]}""");
        Assert.Null(Usage(whole, "cachedContentTokenCount"));
    }

    [Theory]
    [InlineData(""","systemInstruction":{"parts":[{"text":"x"}]}""")]
    [InlineData(""","tools":[]""")]
    [InlineData(""","toolConfig":{}""")]
    public async Task What_belongs_in_the_cache_is_refused_beside_it(string more)
    {
        var name = await _scene.CacheAsync();

        var (code, status, message) = ErrorOf(await _scene.AskAsync(name, more));

        Assert.Equal((400, "INVALID_ARGUMENT"), (code, status));
        Assert.StartsWith("CachedContent can not be used with GenerateContent request setting system_instruction, tools or tool_config.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_of_another_model_is_refused()
    {
        var name = await _scene.CacheAsync();

        Assert.Equal(
            (400, "INVALID_ARGUMENT", "Model used by GenerateContent request (models/gemini-2.5-pro) and CachedContent (models/gemini-2.5-flash) has to be the same."),
            ErrorOf(await _scene.AskAsync(name, model: "gemini-2.5-pro")));
    }

    [Fact]
    public async Task A_cache_that_is_gone_or_somebody_elses_is_refused_and_nothing_is_billed()
    {
        var name = await _scene.CacheAsync();
        var deleted = await _scene.CacheAsync();
        await _scene.CacheCallAsync("DELETE", deleted);
        List<Sent> refused = [await _scene.AskAsync(name, key: "another"), await _scene.AskAsync("cachedContents/unknown"), await _scene.AskAsync("unknown"), await _scene.AskAsync(deleted)];
        _scene.Pass(TimeSpan.FromMinutes(5));
        refused.Add(await _scene.AskAsync(name));
        refused.Add(await _scene.AskAsync(name, verb: "streamGenerateContent"));

        Assert.All(refused, sent => Assert.Equal((403, "PERMISSION_DENIED", "CachedContent not found (or permission denied)"), ErrorOf(sent)));
        Assert.Equal(4, _scene.World.Bill.Lines.Count);
    }

    [Fact]
    public async Task Counting_tokens_counts_the_cache()
    {
        var name = await _scene.CacheAsync();

        var counted = await _scene.AskAsync(name, verb: "countTokens");

        Assert.Equal("""{"totalTokens":2502,"cachedContentTokenCount":2500}""", counted.Text);
        Assert.Equal(403, (await _scene.AskAsync("cachedContents/unknown", verb: "countTokens")).Status);
    }

    [Fact]
    public async Task Lines_of_a_batch_over_a_cache_are_answered_as_live_and_fail_when_it_is_gone()
    {
        var name = await _scene.CacheAsync(Body(""","ttl":"360000s" """));
        var brief = await _scene.CacheAsync(Body(""","ttl":"1s" """));
        var batch = (await _scene.CacheCallAsync("POST", $"models/{Flash}:batchGenerateContent", $$$"""
            {"batch":{"displayName":"b","inputConfig":{"requests":{"requests":[
            {"request":{"contents":[{{{Turn("and now?")}}}],"cachedContent":"{{{name}}}"},"metadata":{"key":"kept"}},
            {"request":{"contents":[{{{Turn("and now?")}}}],"cachedContent":"{{{brief}}}"},"metadata":{"key":"gone"} }] } } } }
            """)).Of("name");
        _scene.Pass(TimeSpan.FromHours(1));
        Assert.Equal("BATCH_STATE_SUCCEEDED", (await _scene.CacheCallAsync("GET", batch)).Json.GetProperty("metadata").GetProperty("state").GetString());
        var live = await _scene.AskAsync(name);
        await _scene.CacheCallAsync("DELETE", name);

        var results = (await _scene.CacheCallAsync("GET", batch)).Json.GetProperty("response").GetProperty("inlinedResponses").GetProperty("inlinedResponses");

        var (answered, failed) = (new Sent(200, live.Headers, Encoding.UTF8.GetBytes(results[0].GetProperty("response").GetRawText()), false), results[1].GetProperty("error"));
        Assert.Equal(AnswerOf(live)[..60], AnswerOf(answered)[..60]);
        Assert.Equal(2_500, Usage(answered, "cachedContentTokenCount"));
        Assert.Equal((7, "CachedContent not found (or permission denied)"), (failed.GetProperty("code").GetInt32(), failed.GetProperty("message").GetString()));
        var line = Assert.Single(_scene.World.Bill.Lines, line => line.Kind == "batch");
        Assert.Equal((2_500L, (2_500L * 30_000) + (2 * 150_000) + (line.Usage.Output * 1_250_000)), (line.Usage.CacheRead, line.AmountPico));
    }

    private async Task<SandboxUsage> AskedAsync(string name)
    {
        Assert.Equal(200, (await _scene.AskAsync(name)).Status);
        return _scene.World.Bill.Lines[^1].Usage;
    }
}
