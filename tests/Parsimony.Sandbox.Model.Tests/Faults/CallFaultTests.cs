namespace Parsimony.Sandbox.Model.Tests;

/// <summary>One test for each fault that strikes a single call.</summary>
public sealed class CallFaultTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Not_found_after_create_hides_a_batch_for_a_while()
    {
        _scene.Fault("""{"fault":"not_found_after_create","operation":"batch.create","value":30}""");
        var id = await _scene.OpenAIBatch();

        var early = await _scene.OpenAI("GET", "/v1/batches/" + id);
        _scene.Pass(TimeSpan.FromSeconds(31));
        var later = await _scene.OpenAI("GET", "/v1/batches/" + id);

        Assert.Equal(404, early.Status);
        Assert.Equal(200, later.Status);
    }

    [Fact]
    public async Task Not_found_after_create_named_for_a_get_strikes_that_get()
    {
        var id = await _scene.AnthropicBatch();
        _scene.Fault("""{"fault":"not_found_after_create","operation":"batch.get"}""");

        Assert.Equal(404, (await _scene.Anthropic("GET", "/v1/messages/batches/" + id)).Status);
        Assert.Equal(200, (await _scene.Anthropic("GET", "/v1/messages/batches/" + id)).Status);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Create_reply_lost_breaks_the_connection_of_a_create_that_happened(string provider)
    {
        _scene.Fault("""{"fault":"create_reply_lost","operation":"batch.create"}""");

        var created = await Create(provider);

        Assert.True(created.Broken);
        Assert.Single(await List(provider));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Create_lost_breaks_the_connection_of_a_create_that_did_not_happen(string provider)
    {
        _scene.Fault("""{"fault":"create_lost","operation":"batch.create"}""");

        var created = await Create(provider);

        Assert.True(created.Broken);
        Assert.Empty(await List(provider));
    }

    [Fact]
    public async Task Rate_limited_says_how_long_to_wait()
    {
        _scene.Fault("""{"fault":"rate_limited","value":17}""");

        var sent = await _scene.Chat();

        Assert.Equal(429, sent.Status);
        Assert.Equal("17", sent.Headers["Retry-After"]);
    }

    [Fact]
    public async Task Rate_limited_without_a_value_has_no_header()
    {
        _scene.Fault("""{"fault":"rate_limited"}""");

        var sent = await _scene.Message();

        Assert.Equal(429, sent.Status);
        Assert.False(sent.Headers.ContainsKey("Retry-After"));
        Assert.Equal("rate_limit_error", sent.Json.GetProperty("error").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(500, "api_error")]
    [InlineData(529, "overloaded_error")]
    public async Task Server_error_answers_its_status(int status, string type)
    {
        _scene.Fault($$"""{"fault":"server_error","value":{{status}}}""");

        var sent = await _scene.Message();

        Assert.Equal(status, sent.Status);
        Assert.Equal(type, sent.Json.GetProperty("error").GetProperty("type").GetString());
        Assert.Empty(_scene.World.Bill.Lines);
    }

    [Fact]
    public async Task Disconnect_upload_breaks_before_anything_is_stored()
    {
        _scene.Fault("""{"fault":"disconnect_upload","operation":"file.upload"}""");

        var sent = await _scene.Upload(Scene.ChatLines(50));

        Assert.True(sent.Broken);
        Assert.Empty((await _scene.OpenAI("GET", "/v1/files")).Json.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Disconnect_download_breaks_in_the_middle_once()
    {
        var id = await _scene.AnthropicBatch(20);
        _scene.Pass(TimeSpan.FromHours(1));
        _scene.Fault("""{"fault":"disconnect_download","operation":"batch.results","value":1500}""");

        var cut = await _scene.Results(id);
        var whole = await _scene.Results(id);

        Assert.True(cut.Broken);
        Assert.Equal(1500, cut.Body.Length);
        Assert.False(whole.Broken);
        Assert.Equal(20, whole.Lines.Length);
    }

    [Fact]
    public async Task Slow_bytes_are_asked_of_the_host()
    {
        _scene.Fault("""{"fault":"slow_bytes","value":100}""");
        var request = new SandboxRequest { Method = "GET", Path = "/v1/models", Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-api-key"] = "k" } };

        var response = await _scene.World.HandleAsync("anthropic", request, TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromMilliseconds(10), response.ByteDelay);
    }

    [Fact]
    public async Task Wrong_key_refuses_a_right_one()
    {
        _scene.Fault("""{"fault":"wrong_key"}""");

        Assert.Equal(401, (await _scene.Chat()).Status);
        Assert.Equal(200, (await _scene.Chat()).Status);
    }

    [Fact]
    public async Task Clock_skew_shifts_what_a_batch_and_the_reply_say()
    {
        _scene.Fault("""{"fault":"clock_skew","operation":"batch.create","value":600}""");
        var file = (await _scene.Upload(Scene.ChatLines(3))).Of("id");

        var created = await _scene.CreateOpenAI(file);
        var shown = await _scene.GetOpenAI(created.Of("id"));

        var off = StandingClock.Start.AddSeconds(600);
        Assert.Equal(off.ToUnixTimeSeconds(), created.Json.GetProperty("created_at").GetInt64());
        Assert.Equal(off.ToString("r", System.Globalization.CultureInfo.InvariantCulture), created.Headers["Date"]);
        Assert.Equal(off.ToUnixTimeSeconds(), shown.GetProperty("created_at").GetInt64());
    }

    [Fact]
    public async Task Live_reply_lost_is_billed_and_named_by_the_callers_id()
    {
        _scene.Fault("""{"fault":"live_reply_lost","custom_id":"r-2"}""");

        var first = await _scene.Chat(clientId: "r-1");
        var second = await _scene.Chat(clientId: "r-2");

        Assert.False(first.Broken);
        Assert.True(second.Broken);
        Assert.Equal(["r-1", "r-2"], _scene.World.Bill.Lines.Select(l => l.Request));
    }

    [Fact]
    public async Task Live_refused_is_a_400_and_free()
    {
        _scene.Fault("""{"fault":"live_refused"}""");

        Assert.Equal(400, (await _scene.Message()).Status);
        Assert.Empty(_scene.World.Bill.Lines);
    }

    private async Task<Sent> Create(string provider) => provider == "anthropic"
        ? await _scene.CreateAnthropic()
        : await _scene.CreateOpenAI((await _scene.Upload(Scene.ChatLines(5))).Of("id"));

    private async Task<System.Text.Json.JsonElement[]> List(string provider) =>
        [.. (await _scene.SendAsync(provider, "GET", provider == "openai" ? "/v1/batches" : "/v1/messages/batches")).Json.GetProperty("data").EnumerateArray()];
}
