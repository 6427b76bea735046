using static Parsimony.Sandbox.Model.Tests.CacheGiven;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>Gemini's explicit caches as resources.</summary>
public sealed class CachedContentTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_cache_is_made_and_read_without_its_content()
    {
        var made = await _scene.MakeAsync(Body(""","displayName":"corpus","systemInstruction":{"parts":[{"text":"rules"}]},"ttl":"300s" """));

        Assert.Equal(200, made.Status);
        Assert.Matches("^cachedContents/[a-z0-9]{40}$", made.Of("name"));
        Assert.Equal(["name", "model", "createTime", "updateTime", "expireTime", "displayName", "usageMetadata"], made.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("models/" + Flash, "corpus", 2_502), (made.Of("model"), made.Of("displayName"), Usage(made, "totalTokenCount")));
        Assert.Equal((StandingClock.Start, StandingClock.Start.AddMinutes(5)), (Time(made.Json, "createTime"), Time(made.Json, "expireTime")));
        Assert.Equal(made.Text, (await _scene.CacheCallAsync("GET", made.Of("name"))).Text);
    }

    [Theory]
    [InlineData("", 3_600)]
    [InlineData(""","ttl":"90.5s" """, 90.5)]
    [InlineData(""","expireTime":"2026-11-01T14:00:00+01:00" """, 3_600)]
    public async Task A_cache_lives_an_hour_or_as_long_as_it_is_told(string more, double seconds)
    {
        var cache = (await _scene.MakeAsync(Body(more))).Json;

        Assert.Equal(StandingClock.Start.AddSeconds(seconds), Time(cache, "expireTime"));
    }

    [Fact]
    public async Task A_provider_whose_clock_is_ahead_ends_a_cache_by_its_own_clock()
    {
        using var ahead = new Scene(new SandboxOptions { ClockSkew = TimeSpan.FromHours(1) });
        var name = await ahead.CacheAsync(Body(""","expireTime":"2026-11-01T13:30:00Z" """));

        ahead.Pass(TimeSpan.FromMinutes(29));
        Assert.Equal(200, (await ahead.CacheCallAsync("GET", name)).Status);
        ahead.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(403, (await ahead.CacheCallAsync("GET", name)).Status);
        Assert.Equal(1_800, ahead.World.Bill.Lines[1].StoredFor.TotalSeconds);
    }

    [Fact]
    public async Task The_list_goes_by_pages_oldest_first_and_leaves_out_what_is_gone()
    {
        Assert.Equal("{}", (await _scene.CacheCallAsync("GET", "cachedContents")).Text);
        List<string> names = [];
        for (var i = 0; i < 5; i++)
            names.Add(await _scene.CacheAsync(Body($",\"ttl\":\"{300 + (i == 3 ? -200 : 0)}s\"")));
        await _scene.CacheCallAsync("DELETE", names[0]);
        _scene.Pass(TimeSpan.FromSeconds(100));

        var first = await _scene.CacheCallAsync("GET", "cachedContents?pageSize=2");
        var second = await _scene.CacheCallAsync("GET", "cachedContents?pageSize=2&pageToken=" + first.Of("nextPageToken"));

        Assert.Equal([names[1], names[2]], Names(first));
        Assert.Equal([names[4]], Names(second));
        Assert.False(second.Json.TryGetProperty("nextPageToken", out _));
        Assert.Equal(400, (await _scene.CacheCallAsync("GET", "cachedContents?pageToken=x")).Status);
    }

    [Theory]
    [InlineData("?updateMask=ttl", """{"ttl":"7200s"}""")]
    [InlineData("", """{"ttl":"7200s"}""")]
    [InlineData("?updateMask=expireTime", """{"expireTime":"2026-11-01T14:01:00Z"}""")]
    public async Task Its_end_can_be_changed(string mask, string body)
    {
        var name = await _scene.CacheAsync();
        _scene.Pass(TimeSpan.FromMinutes(1));

        var changed = await _scene.CacheCallAsync("PATCH", name + mask, body);

        Assert.Equal((StandingClock.Start.AddMinutes(121), StandingClock.Start.AddMinutes(1)), (Time(changed.Json, "expireTime"), Time(changed.Json, "updateTime")));
        Assert.Equal(StandingClock.Start, Time(changed.Json, "createTime"));
        _scene.Pass(TimeSpan.FromHours(1));
        Assert.Equal(200, (await _scene.CacheCallAsync("GET", name)).Status);
    }

    [Theory]
    [InlineData("?updateMask=displayName", """{"displayName":"other"}""", "Only the expiration")]
    [InlineData("?updateMask=ttl", """{"ttl":"60s","displayName":"other"}""", "Only the expiration")]
    [InlineData("?updateMask=ttl", """{"expireTime":"2026-11-01T13:00:00Z"}""", "must be set")]
    [InlineData("", "{}", "must be set")]
    [InlineData("", """{"name":"cachedContents/x","ttl":"60s"}""", "oneof field '_name' is already set")]
    [InlineData("", """{"ttl":"60s","expireTime":"2026-11-01T13:00:00Z"}""", "oneof field 'expiration' is already set")]
    [InlineData("", """{"ttl":"0s"}""", "must be positive")]
    [InlineData("", """{"ttl":"5m"}""", "google.protobuf.Duration")]
    [InlineData("", """{"expireTime":"2026-11-01T12:00:00Z"}""", "in the future")]
    [InlineData("", "", "Invalid JSON payload")]
    public async Task Nothing_else_can_be_changed(string mask, string body, string why)
    {
        var name = await _scene.CacheAsync();
        var before = await _scene.CacheCallAsync("GET", name);

        var (code, status, message) = ErrorOf(await _scene.CacheCallAsync("PATCH", name + mask, body));

        Assert.Equal((400, "INVALID_ARGUMENT"), (code, status));
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Equal(before.Text, (await _scene.CacheCallAsync("GET", name)).Text);
        Assert.Equal(2, _scene.World.Bill.Lines.Count);
    }

    [Theory]
    [InlineData("""{"contents":[]}""", 400, "INVALID_ARGUMENT", "model is required")]
    [InlineData("""{"model":"gemini-2.5-flash"}""", 400, "INVALID_ARGUMENT", "unexpected model name format")]
    [InlineData("""{"model":"models/gemini-2.5-flash"}""", 400, "INVALID_ARGUMENT", "Cached content is too small. total_token_count=0, min_total_token_count=2048")]
    [InlineData("""{"model":"models/gemini-3.8-flash","contents":[{"role":"user","parts":[{"text":"short"}]}]}""", 400, "INVALID_ARGUMENT", "total_token_count=2, min_total_token_count=4096")]
    [InlineData("""{"model":"models/gemini-9-nothing"}""", 404, "NOT_FOUND", "models/gemini-9-nothing is not found for API version v1beta, or is not supported for createCachedContent.")]
    [InlineData("""{"model":"models/gemini-2.7-nothing"}""", 404, "NOT_FOUND", "is not found")]
    [InlineData("""{"model":"models/gemini-4-argon"}""", 404, "NOT_FOUND", "not supported for createCachedContent")]
    [InlineData("""{"model":"models/gemini-2.0-flash"}""", 404, "NOT_FOUND", "not supported for createCachedContent")]
    [InlineData("""{"model":"models/gemini-embedding-001"}""", 404, "NOT_FOUND", "not supported for createCachedContent")]
    [InlineData("""{"model":"models/gemini-2.5-flash","colour":"red"}""", 400, "INVALID_ARGUMENT", "Unknown name \"colour\"")]
    [InlineData("""{"model":"models/gemini-2.5-flash","contents":[{"role":"system","parts":[{"text":"x"}]}]}""", 400, "INVALID_ARGUMENT", "valid role")]
    [InlineData("""{"model":"models/gemini-2.5-flash","contents":[{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]}""", 400, "INVALID_ARGUMENT", "function response")]
    [InlineData("""{"model":"models/gemini-2.5-flash","ttl":"x"}""", 400, "INVALID_ARGUMENT", "Duration")]
    [InlineData("""{"model":"models/gemini-2.5-flash","ttl":"-3s"}""", 400, "INVALID_ARGUMENT", "must be positive")]
    [InlineData("""{"model":"models/gemini-2.5-flash","ttl":"315576000000s"}""", 400, "INVALID_ARGUMENT", "before the year 10000")]
    [InlineData("""{"model":"models/gemini-2.5-flash","expireTime":"soon"}""", 400, "INVALID_ARGUMENT", "Timestamp")]
    [InlineData("[]", 400, "INVALID_ARGUMENT", "Invalid JSON payload")]
    public async Task What_cannot_be_made_is_refused_and_costs_nothing(string body, int code, string status, string why)
    {
        var error = ErrorOf(await _scene.MakeAsync(body));

        Assert.Equal((code, status), (error.Code, error.Status));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Empty(_scene.World.Bill.Lines);
    }

    [Theory]
    [InlineData(128, 200)]
    [InlineData(129, 400)]
    public async Task A_name_has_at_most_128_characters(int characters, int status) =>
        Assert.Equal(status, (await _scene.MakeAsync(Body($",\"displayName\":\"{string.Concat(Enumerable.Repeat("\U0001F40E", characters))}\""))).Status);

    [Fact]
    public async Task A_cache_that_is_gone_may_not_be_touched()
    {
        var expired = await _scene.CacheAsync();
        _scene.Pass(TimeSpan.FromMinutes(5));
        var deleted = await _scene.CacheAsync();
        Assert.Equal("{}", (await _scene.CacheCallAsync("DELETE", deleted)).Text);

        foreach (var name in new[] { expired, deleted, "cachedContents/unknown" })
        {
            foreach (var (method, body) in new[] { ("GET", null), ("DELETE", null), ("PATCH", """{"ttl":"60s"}""") })
                Assert.Equal((403, "PERMISSION_DENIED", "CachedContent not found (or permission denied)"), ErrorOf(await _scene.CacheCallAsync(method, name, body)));
        }
    }

    [Fact]
    public async Task A_cache_is_there_for_its_makers_key_and_others_of_its_workspace()
    {
        var mine = await _scene.CacheAsync();
        var ours = await _scene.CacheAsync(key: "acme.one");

        Assert.Equal(403, (await _scene.CacheCallAsync("GET", mine, key: "another")).Status);
        Assert.Equal(403, (await _scene.CacheCallAsync("DELETE", ours, key: "globex.one")).Status);
        Assert.Empty(Names(await _scene.CacheCallAsync("GET", "cachedContents", key: "another")));
        Assert.Equal([ours], Names(await _scene.CacheCallAsync("GET", "cachedContents", key: "acme.two")));
        Assert.Equal(200, (await _scene.AskAsync(ours, key: "acme.two")).Status);
    }

    [Fact]
    public async Task A_killed_sandbox_comes_back_with_its_caches()
    {
        var folder = Directory.CreateTempSubdirectory("sandbox-").FullName;
        try
        {
            var options = new SandboxOptions { StateFile = Path.Combine(folder, "state") };
            string kept, gone, before;
            using (var scene = new Scene(options))
            {
                kept = await scene.CacheAsync();
                gone = await scene.CacheAsync();
                await scene.CacheCallAsync("PATCH", kept, """{"ttl":"7200s"}""");
                await scene.CacheCallAsync("DELETE", gone);
                before = (await scene.CacheCallAsync("GET", kept)).Text;
            }

            using var restored = new Scene(options);

            Assert.Equal(before, (await restored.CacheCallAsync("GET", kept)).Text);
            Assert.Equal(403, (await restored.CacheCallAsync("GET", gone)).Status);
            Assert.Equal(2_500, Usage(await restored.AskAsync(kept), "cachedContentTokenCount"));
            Assert.Equal([0, 300, 0, 300, 6_900, 0], restored.World.Bill.Lines.Select(line => line.StoredFor.TotalSeconds));
            Assert.NotEqual(kept, await restored.CacheAsync());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
