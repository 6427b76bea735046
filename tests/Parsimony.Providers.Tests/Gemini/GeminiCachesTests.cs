using System.Net;
using System.Text.Json.Nodes;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.GeminiGiven;

namespace Parsimony.Providers.Tests;

public sealed class GeminiCachesTests : IDisposable
{
    private const string Cache = """{"name":"cachedContents/abc","model":"models/gemini-3.5-flash","expireTime":"2026-11-20T14:00:00Z","usageMetadata":{"totalTokenCount":5000}}""";

    private readonly ScriptedHandler _handler = new();
    private readonly GeminiCaches _caches;

    public GeminiCachesTests() => _caches = Provider(_handler, new ManualClock()).Caches;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ChatRequest Whole => new()
    {
        Tools = [new ToolDeclaration("t", null, new JsonObject())],
        Turns =
        [
            new ChatTurn(ChatTurnRole.System, [new ChatPart.Text("rules")]),
            new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("a long text")]),
            new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("question")]),
        ],
        MaxOutputTokens = 5,
    };

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task A_cache_is_made_of_the_head_of_a_prompt()
    {
        _handler.Reply(Cache);

        var cache = await _caches.CreateAsync("gemini-3.5-flash", Whole with { Turns = [.. Whole.Turns.Take(2)] }, TimeSpan.FromHours(2), "corpus", Token);

        Assert.Equal((HttpMethod.Post, "/v1beta/cachedContents"), (_handler.Sent[0].Method, _handler.Sent[0].Path));
        Assert.Equal(
            """{"model":"models/gemini-3.5-flash","displayName":"corpus","systemInstruction":{"parts":[{"text":"rules"}]},"tools":[{"functionDeclarations":[{"name":"t"}]}],"contents":[{"role":"user","parts":[{"text":"a long text"}]}],"ttl":"7200s"}""",
            _handler.Sent[0].Body);
        Assert.Equal(("cachedContents/abc", 5000L, 10_000m), (cache.Name, cache.Tokens, cache.TokenHours(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero))));
    }

    [Fact]
    public async Task A_cache_lives_on_when_asked()
    {
        _handler.Reply(Cache);

        await _caches.ExtendAsync("cachedContents/abc", TimeSpan.FromHours(50), Token);

        Assert.Equal((HttpMethod.Patch, "/v1beta/cachedContents/abc?updateMask=ttl", """{"ttl":"180000s"}"""), (_handler.Sent[0].Method, _handler.Sent[0].Path, _handler.Sent[0].Body));
    }

    [Fact]
    public async Task A_deleted_cache_may_be_gone_already()
    {
        _handler.Reply("{}").Reply(Error(403, "PERMISSION_DENIED"), HttpStatusCode.Forbidden).Reply(Error(500, "INTERNAL"), HttpStatusCode.InternalServerError);

        Assert.Null(await _caches.DeleteAsync("cachedContents/abc", Token));
        Assert.Null(await _caches.DeleteAsync("cachedContents/abc", Token));
        Assert.Equal(FailureCause.ServerError, (await _caches.DeleteAsync("cachedContents/abc", Token))!.Cause);
        Assert.Equal((HttpMethod.Delete, "/v1beta/cachedContents/abc"), (_handler.Sent[0].Method, _handler.Sent[0].Path));
    }

    [Fact]
    public void A_request_over_a_cache_leaves_out_what_the_cache_holds()
    {
        var request = GeminiCaches.Over(Whole, "cachedContents/abc", turns: 1);

        Assert.Equal(
            """{"contents":[{"role":"user","parts":[{"text":"question"}]}],"generationConfig":{"maxOutputTokens":5},"cachedContent":"cachedContents/abc"}""", Render(request));
    }

    [Fact]
    public async Task The_head_of_a_request_is_what_stands_before_its_conversation()
    {
        _handler.Reply(Cache);
        var model = new ModelId(ProviderId.Gemini, "gemini-3.5-flash");

        var head = _caches.RenderHead(Whole.ToEnvelope(model)) ?? throw new InvalidOperationException("There is a head.");
        await _caches.CreateAsync(model, head, TimeSpan.FromMinutes(5), "label", Token);

        Assert.Equal(
            """{"model":"models/gemini-3.5-flash","displayName":"label","systemInstruction":{"parts":[{"text":"rules"}]},"tools":[{"functionDeclarations":[{"name":"t"}]}],"ttl":"300s"}""",
            _handler.Sent[0].Body);
        Assert.NotNull(_caches.RenderHead((Whole with { Turns = [Whole.Turns[1]] }).ToEnvelope(model)));
        Assert.Null(_caches.RenderHead((Whole with { Tools = [], Turns = [Whole.Turns[1]] }).ToEnvelope(model)));
        Assert.Null(_caches.RenderHead((Whole with { Raw = new JsonObject { ["cachedContent"] = "cachedContents/mine" } }).ToEnvelope(model)));
        Assert.Null(_caches.RenderHead((Whole with { Raw = new JsonObject { ["toolConfig"] = new JsonObject() } }).ToEnvelope(model)));
    }

    [Fact]
    public void A_call_over_a_cache_names_it_and_leaves_its_head_out()
    {
        var body = new System.Buffers.ArrayBufferWriter<byte>();

        Provider(_handler, new ManualClock()).Render(Whole.ToEnvelope(new ModelId(ProviderId.Gemini, "gemini-3.5-flash")), new CacheControl { ExplicitCache = "cachedContents/abc" }, body);

        Assert.Equal(
            """{"contents":[{"role":"user","parts":[{"text":"a long text"},{"text":"question"}]}],"generationConfig":{"maxOutputTokens":5},"cachedContent":"cachedContents/abc"}""",
            System.Text.Encoding.UTF8.GetString(body.WrittenSpan));
    }

    [Fact]
    public async Task A_cache_is_found_by_what_its_label_begins_with_and_by_its_model_on_any_page()
    {
        _handler
            .Reply("""{"cachedContents":[{"name":"cachedContents/1","model":"models/gemini-3.5-flash","displayName":"other-1"},{"name":"cachedContents/2","model":"models/gemini-2.5-pro","displayName":"mine-1"}],"nextPageToken":"a b"}""")
            .Reply("""{"cachedContents":[{"name":"cachedContents/3","model":"models/gemini-3.5-flash","displayName":"mine-2","expireTime":"2026-11-20T14:00:00Z"}]}""");

        var found = await _caches.FindAsync(new ModelId(ProviderId.Gemini, "gemini-3.5-flash"), "mine-", Token);

        Assert.Equal(("cachedContents/3", "mine-2"), (found?.Name, found?.Label));
        Assert.Equal(["/v1beta/cachedContents?pageSize=1000", "/v1beta/cachedContents?pageSize=1000&pageToken=a%20b"], _handler.Sent.Select(sent => sent.Path));
    }

    [Fact]
    public async Task A_refusal_throws_its_failure()
    {
        _handler.Reply(Error(400, "INVALID_ARGUMENT"), HttpStatusCode.BadRequest);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => _caches.CreateAsync("gemini-4-argon", Whole, TimeSpan.FromHours(1), null, Token));

        Assert.Equal((FailureStage.Create, FailureCause.InvalidRequest), (failure.Failure.Stage, failure.Failure.Cause));
    }
}
