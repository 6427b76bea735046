using System.Buffers;
using System.Text;
using Parsimony.Providers.Google;
using Parsimony.Testing;
using static Parsimony.Providers.Tests.VertexGiven;

namespace Parsimony.Providers.Tests;

public sealed class VertexCachesTests : IDisposable
{
    private const string Parent = "projects/acme-1/locations/europe-west4";
    private const string Name = "projects/812345678901/locations/europe-west4/cachedContents/77";
    private const string Cache = $$"""{"name":"{{Name}}","model":"projects/812345678901/locations/europe-west4/publishers/google/models/gemini-3.8-flash","displayName":"label-1","expireTime":"2026-11-20T14:00:00Z","usageMetadata":{"totalTokenCount":5000} }""";

    private readonly ScriptedHandler _handler = new();
    private readonly VertexAIProvider _provider;

    public VertexCachesTests() => _provider = Provider(_handler, new ManualClock());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Envelope Whole(string model = "gemini-3.8-flash") => new ChatRequest
    {
        Turns = [new ChatTurn(ChatTurnRole.System, [new ChatPart.Text("rules")]), new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("question")])],
    }.ToEnvelope(Model(model));

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task A_cache_is_made_below_the_project_of_a_model_named_in_full()
    {
        _handler.Reply(Cache);
        var head = _provider.Caches.RenderHead(Whole()) ?? throw new InvalidOperationException("There is a head.");

        var cache = await _provider.Caches.CreateAsync(Model(), head, TimeSpan.FromMinutes(5), "label-1", Token);

        Assert.Equal((HttpMethod.Post, $"/v1/{Parent}/cachedContents"), (_handler.Sent[0].Method, _handler.Sent[0].Path));
        Assert.Equal(
            $$"""{"model":"{{Parent}}/publishers/google/models/gemini-3.8-flash","displayName":"label-1","systemInstruction":{"parts":[{"text":"rules"}]},"ttl":"300s"}""", _handler.Sent[0].Body);
        Assert.Equal((Name, 5000L), (cache.Name, cache.Tokens));
    }

    [Fact]
    public async Task It_is_prolonged_and_deleted_by_the_name_it_was_given()
    {
        _handler.Reply(Cache).Reply("{}");

        await _provider.Caches.ExtendAsync(Name, TimeSpan.FromMinutes(10), Token);
        Assert.Null(await _provider.Caches.DeleteAsync(Name, Token));

        Assert.Equal((HttpMethod.Patch, $"/v1/{Parent}/cachedContents/77?updateMask=ttl", """{"ttl":"600s"}"""), (_handler.Sent[0].Method, _handler.Sent[0].Path, _handler.Sent[0].Body));
        Assert.Equal((HttpMethod.Delete, $"/v1/{Parent}/cachedContents/77"), (_handler.Sent[1].Method, _handler.Sent[1].Path));
    }

    [Fact]
    public async Task It_is_found_although_replies_tell_the_project_by_its_number()
    {
        _handler.Reply($$"""{"cachedContents":[{{Cache}}]}""").Reply($$"""{"cachedContents":[{{Cache}}]}""");

        Assert.Equal(Name, (await _provider.Caches.FindAsync(Model(), "label", Token))?.Name);
        Assert.Null(await _provider.Caches.FindAsync(Model("gemini-3.5-flash"), "label", Token));
    }

    [Fact]
    public void A_call_over_a_cache_names_it_and_leaves_its_head_out()
    {
        var body = new ArrayBufferWriter<byte>();

        _provider.Render(Whole(), new CacheControl { ExplicitCache = Name }, body);

        Assert.Equal($$"""{"contents":[{"role":"user","parts":[{"text":"question"}]}],"cachedContent":"{{Name}}"}""", Encoding.UTF8.GetString(body.WrittenSpan));
    }

    [Theory]
    [InlineData("claude-sonnet-4-5@20250929")]
    [InlineData("publishers/anthropic/models/claude-sonnet-4-5")]
    public async Task Models_of_Anthropics_have_none(string model)
    {
        Assert.Null(_provider.Caches.RenderHead(Whole(model)));
        var refusal = await Assert.ThrowsAsync<ProviderException>(() => _provider.Caches.CreateAsync(Model(model), "{}"u8.ToArray(), TimeSpan.FromMinutes(5), "label", Token));
        Assert.Equal(FailureCause.Unsupported, refusal.Failure.Cause);
        Assert.Empty(_handler.Sent);
    }
}
