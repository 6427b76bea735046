using static Parsimony.Sandbox.Model.Tests.CacheGiven;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>What Gemini's explicit caches cost, and what goes wrong on the way to one.</summary>
public sealed class ExplicitCacheBillTests : IDisposable
{
    private readonly Scene _scene = new();

    private IReadOnlyList<BillLine> Lines => _scene.World.Bill.Lines;

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Making_a_cache_costs_its_tokens_as_live_input_and_its_storage_to_its_end()
    {
        var name = await _scene.CacheAsync();

        Assert.Equal(["live", "storage"], Lines.Select(line => line.Kind));
        Assert.All(Lines, line => Assert.Equal(("gemini", Flash, "/v1beta/cachedContents", name), (line.Provider, line.Model, line.Endpoint, line.ResponseId)));
        Assert.Equal((2_500L, 2_500L * 300_000), (Lines[0].Usage.UncachedInput, Lines[0].AmountPico));
        Assert.Equal((0L, 2_500L, TimeSpan.FromMinutes(5)), (Lines[1].Usage.TotalInput, Lines[1].StoredTokens, Lines[1].StoredFor));
        // One dollar for a million tokens and an hour: 2,500 for five minutes.
        Assert.Equal(2_500_000_000L * 300 / 3_600, Lines[1].AmountPico);
        Assert.Equal(Lines.Sum(line => line.AmountPico), (long)_scene.World.Bill.TotalPico);
    }

    [Fact]
    public async Task A_later_end_costs_the_time_it_adds_an_earlier_one_and_a_delete_give_nothing_back()
    {
        var name = await _scene.CacheAsync(Body(""","ttl":"3600s" """));
        _scene.Pass(TimeSpan.FromMinutes(30));

        await _scene.CacheCallAsync("PATCH", name + "?updateMask=ttl", """{"ttl":"3600s"}""");
        await _scene.CacheCallAsync("PATCH", name + "?updateMask=ttl", """{"ttl":"60s"}""");
        await _scene.CacheCallAsync("DELETE", name);

        Assert.Equal([3_600, 1_800], Lines.Where(line => line.Kind == "storage").Select(line => line.StoredFor.TotalSeconds));
        Assert.Equal([2_500_000_000L, 1_250_000_000L], Lines.Where(line => line.Kind == "storage").Select(line => line.AmountPico));
    }

    [Fact]
    public async Task Charged_is_the_time_the_replies_show()
    {
        _scene.Clock.Now += TimeSpan.FromTicks(1_234_567);
        var made = await _scene.MakeAsync();
        _scene.Pass(TimeSpan.FromTicks(7_777_777));

        var changed = await _scene.CacheCallAsync("PATCH", made.Of("name"), """{"ttl":"300.0000001s"}""");

        Assert.Equal([TimeSpan.FromMinutes(5), Time(changed.Json, "expireTime") - Time(made.Json, "expireTime")], Lines.Skip(1).Select(line => line.StoredFor));
        Assert.Equal(TimeSpan.FromMinutes(5), Time(made.Json, "expireTime") - Time(made.Json, "createTime"));
    }

    [Fact]
    public async Task Reading_costs_the_cached_price()
    {
        var name = await _scene.CacheAsync();

        await _scene.AskAsync(name);

        Assert.Equal((2_500L * 30_000) + (2 * 300_000) + (Lines[2].Usage.Output * 2_500_000), Lines[2].AmountPico);
    }

    [Fact]
    public async Task A_cache_over_the_band_is_made_and_read_at_its_prices()
    {
        var name = await _scene.CacheAsync(Body(""","ttl":"3600s" """, "gemini-2.5-pro", new string('x', 1_000_000)));

        await _scene.AskAsync(name, model: "gemini-2.5-pro");

        Assert.Equal([250_000L * 2_500_000, 250_000L * 4_500_000], Lines.Take(2).Select(line => line.AmountPico));
        Assert.Equal((250_000L * 250_000) + (2 * 2_500_000) + (Lines[2].Usage.Output * 15_000_000), Lines[2].AmountPico);
    }

    [Fact]
    public async Task Storage_is_charged_at_the_price_of_the_day_it_is_granted()
    {
        _scene.Clock.Now = new DateTimeOffset(2026, 12, 31, 23, 30, 0, TimeSpan.Zero);
        var name = await _scene.CacheAsync(Body(""","ttl":"3600s" """, "gemini-3.8-flash", new string('x', 20_000)));
        _scene.Pass(TimeSpan.FromMinutes(45));

        await _scene.CacheCallAsync("PATCH", name, """{"ttl":"4500s"}""");

        Assert.Equal([5_000L * 500_000, 5_000L * 1_000_000], Lines.Where(line => line.Kind == "storage").Select(line => line.AmountPico));
    }

    [Fact]
    public async Task Storage_nobody_has_a_price_for_is_on_the_bill_without_one()
    {
        await _scene.CacheAsync(Body(model: "gemini-3-flash-preview", text: new string('x', 20_000)));

        Assert.Equal([false, true], Lines.Select(line => line.Unpriced));
    }

    [Theory]
    [InlineData("create_reply_lost", 0, 1)]
    [InlineData("create_lost", 0, 0)]
    [InlineData("rate_limited", 429, 0)]
    [InlineData("server_error", 500, 0)]
    [InlineData("disconnect_upload", 0, 0)]
    [InlineData("disconnect_download", 200, 1)]
    public async Task What_goes_wrong_at_a_create_leaves_a_cache_or_none(string fault, int status, int caches)
    {
        _scene.Fault($$"""{"fault":"{{fault}}","provider":"gemini","operation":"cache.create"}""");

        var made = await _scene.MakeAsync();

        Assert.Equal((status, status is 0 or 200), (made.Status, made.Broken));
        Assert.Equal(caches, Names(await _scene.CacheCallAsync("GET", "cachedContents")).Length);
        Assert.Equal(caches * 2, Lines.Count);
        Assert.Equal(200, (await _scene.MakeAsync()).Status);
    }

    [Fact]
    public async Task A_create_may_be_slow()
    {
        _scene.Fault("""{"fault":"slow_bytes","operation":"cache.create","value":10}""");

        var response = await _scene.World.HandleAsync(
            "gemini",
            new SandboxRequest
            {
                Method = "POST",
                Path = "/v1beta/cachedContents",
                Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-goog-api-key"] = "key" },
                Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Body())),
            },
            TestContext.Current.CancellationToken);

        Assert.Equal((200, TimeSpan.FromSeconds(0.1)), (response.Status, response.ByteDelay));
        Assert.True(response.Latency >= TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("cache.get", "GET")]
    [InlineData("cache.update", "PATCH")]
    [InlineData("cache.delete", "DELETE")]
    public async Task The_other_calls_can_fail_too(string operation, string method)
    {
        var name = await _scene.CacheAsync();
        _scene.Fault($$"""{"fault":"server_error","operation":"{{operation}}"}""");

        Assert.Equal(500, (await _scene.CacheCallAsync(method, name, """{"ttl":"900s"}""")).Status);
        Assert.Equal(200, (await _scene.CacheCallAsync(method, name, """{"ttl":"900s"}""")).Status);
    }
}
