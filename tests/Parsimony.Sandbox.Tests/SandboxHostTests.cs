using System.Net;
using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Tests;

public sealed class SandboxHostTests
{
    private const string Chat = """{"model":"gpt-5-mini","messages":[{"role":"user","content":"hello"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_the_base_address_each_sdk_wants()
    {
        var (host, _) = await Given.Host();
        await using var running = host;

        Assert.Equal("127.0.0.1", host.Address.Host);
        Assert.Equal(new Uri(host.Address, "openai/v1"), host.AddressOf("openai"));
        Assert.Equal(new Uri(host.Address, "anthropic"), host.AddressOf("anthropic"));
        Assert.Throws<ArgumentException>(() => host.AddressOf("elsewhere"));
    }

    [Fact]
    public async Task Answers_the_clock_with_now_and_speed()
    {
        var time = new MovedClock();
        await using var host = await SandboxHost.StartAsync(new SandboxHostOptions { RealClock = time, Speed = 60 }, Token);
        using var http = new HttpClient();
        time.Advance(TimeSpan.FromMinutes(1));

        using var clock = JsonDocument.Parse(await http.GetStringAsync(new Uri(host.Address, "sandbox/clock"), Token));

        Assert.Equal(new DateTimeOffset(2026, 11, 1, 13, 0, 0, TimeSpan.Zero), clock.RootElement.GetProperty("now").GetDateTimeOffset());
        Assert.Equal(60, clock.RootElement.GetProperty("speed").GetDouble());
    }

    [Fact]
    public async Task Shows_the_bill_by_provider_model_and_request()
    {
        var (host, _) = await Given.Host();
        await using var running = host;
        using var http = Client(host);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Address, "openai/v1/chat/completions")) { Content = Json(Chat) };
        request.Headers.Add("X-Client-Request-Id", "mine-1");
        using var reply = await http.SendAsync(request, Token);
        using var answer = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(Token));
        var usage = answer.RootElement.GetProperty("usage");

        using var bill = JsonDocument.Parse(await http.GetStringAsync(new Uri(host.Address, "sandbox/bill"), Token));
        using var rest = JsonDocument.Parse(await http.GetStringAsync(new Uri(host.Address, "sandbox/bill?after=1"), Token));

        // gpt-5-mini: 0.25 and 2 dollars per million tokens.
        var expected = (usage.GetProperty("prompt_tokens").GetInt64() * 250_000) + (usage.GetProperty("completion_tokens").GetInt64() * 2_000_000);
        var root = bill.RootElement;
        Assert.Equal("pico", root.GetProperty("unit").GetString());
        Assert.Equal(expected.ToString(System.Globalization.CultureInfo.InvariantCulture), root.GetProperty("total").GetString());
        var line = Assert.Single(root.GetProperty("lines").EnumerateArray());
        Assert.Equal("mine-1", line.GetProperty("request").GetString());
        Assert.Equal(expected, line.GetProperty("amount").GetInt64());
        Assert.Equal(1, root.GetProperty("by_provider").GetProperty("openai").GetProperty("by_model").GetProperty("gpt-5-mini").GetProperty("requests").GetInt32());
        Assert.Empty(rest.RootElement.GetProperty("lines").EnumerateArray());
    }

    [Fact]
    public async Task Shows_what_keeping_an_explicit_cache_costs_beside_requests()
    {
        var (host, _) = await Given.Host();
        await using var running = host;
        using var http = Client(host);
        using var content = Json($$$"""{"model":"models/gemini-2.5-flash","contents":[{"role":"user","parts":[{"text":"{{{new string('x', 10_000)}}}"}]}],"ttl":"90s"}""");
        using var reply = await http.PostAsync(new Uri(host.Address, "gemini/v1beta/cachedContents"), content, Token);
        using var made = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(Token));
        using var later = Json("""{"ttl":"180s"}""");
        using var changed = await http.PatchAsync(new Uri(host.Address, "gemini/v1beta/" + made.RootElement.GetProperty("name").GetString()), later, Token);

        using var bill = JsonDocument.Parse(await http.GetStringAsync(new Uri(host.Address, "sandbox/bill"), Token));

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        var line = bill.RootElement.GetProperty("lines")[1];
        Assert.Equal(("storage", 2_500, 90, 62_500_000), (line.GetProperty("kind").GetString(), line.GetProperty("storage").GetProperty("tokens").GetInt32(), line.GetProperty("storage").GetProperty("seconds").GetInt32(), line.GetProperty("amount").GetInt32()));
        Assert.False(bill.RootElement.GetProperty("lines")[0].TryGetProperty("storage", out _));
        Assert.Equal(3, bill.RootElement.GetProperty("lines").GetArrayLength());
        Assert.Equal(1, bill.RootElement.GetProperty("by_provider").GetProperty("gemini").GetProperty("by_model").GetProperty("gemini-2.5-flash").GetProperty("requests").GetInt32());
    }

    [Fact]
    public async Task Refuses_an_unknown_fault_and_lists_those_it_was_given()
    {
        var (host, _) = await Given.Host();
        await using var running = host;
        using var http = Client(host);

        using var refused = await host.Fault(http, """{"fault":"no_such_fault"}""");
        using var accepted = await host.Fault(http, """{"fault":"server_error","provider":"openai","operation":"chat.create","times":1,"value":503}""");
        using var reply = await http.PostAsync(new Uri(host.Address, "openai/v1/chat/completions"), Json(Chat), Token);
        var listed = await http.GetStringAsync(new Uri(host.Address, "sandbox/faults"), Token);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("server_error", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        Assert.Contains("server_error", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closes_the_connection_when_a_reply_is_lost()
    {
        var (host, _) = await Given.Host();
        await using var running = host;
        using var http = Client(host);
        using var fault = await host.Fault(http, """{"fault":"live_reply_lost","times":1}""");

        await Assert.ThrowsAsync<HttpRequestException>(() => http.PostAsync(new Uri(host.Address, "openai/v1/chat/completions"), Json(Chat), Token));

        Assert.Single(host.World.Bill.Lines);
    }

    [Fact]
    public async Task Breaks_a_download_in_the_middle()
    {
        var (host, _) = await Given.Host();
        await using var running = host;
        using var http = Client(host);
        var file = await UploadAsync(host, http, 100);
        using var fault = await host.Fault(http, """{"fault":"disconnect_download","operation":"file.content","times":1}""");

        var address = new Uri(host.Address, $"openai/v1/files/{file}/content");
        using var reply = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Token);
        await Assert.ThrowsAnyAsync<Exception>(() => reply.Content.ReadAsByteArrayAsync(Token));
        var whole = await http.GetByteArrayAsync(address, Token);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(Lines(100).Length, whole.Length);
    }

    [Fact]
    public async Task Breaks_an_upload_in_the_middle()
    {
        var (host, _) = await Given.Host();
        await using var running = host;
        using var http = Client(host);
        using var fault = await host.Fault(http, """{"fault":"disconnect_upload","operation":"file.upload","times":1}""");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => UploadAsync(host, http, 50_000));

        Assert.StartsWith("file-", await UploadAsync(host, http, 10), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_an_upload_larger_than_any_default_limit()
    {
        var (host, _) = await Given.Host();
        await using var running = host;
        using var http = Client(host);

        // Kestrel's own limit is 30,000,000 bytes.
        Assert.StartsWith("file-", await UploadAsync(host, http, 200_000), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_speed_no_machine_can_follow_and_names_the_largest_usable_one()
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => SandboxHost.StartAsync(new SandboxHostOptions { Speed = 1_000_000 }, Token));

        Assert.Contains("the largest usable one is ", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => SandboxHost.StartAsync(new SandboxHostOptions { Speed = 0 }, Token));
    }

    [Fact]
    public async Task Ends_itself_when_idle()
    {
        await using var host = await SandboxHost.StartAsync(new SandboxHostOptions { IdleLimit = TimeSpan.FromMilliseconds(20) }, Token);

        await host.Completion.WaitAsync(Token);

        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(host.Address, "sandbox/clock"), Token));
    }

    [Fact]
    public async Task Remembers_its_bill_and_its_clock_in_a_state_file()
    {
        var folder = Directory.CreateTempSubdirectory("sandbox-state-");
        try
        {
            var time = new MovedClock();
            var options = new SandboxHostOptions { RealClock = time, Speed = 60, Model = Given.Model() with { StateFile = Path.Combine(folder.FullName, "state") } };
            await using (var first = await SandboxHost.StartAsync(options, Token))
            {
                using var http = Client(first);
                using var reply = await http.PostAsync(new Uri(first.Address, "openai/v1/chat/completions"), Json(Chat), Token);
                Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
                time.Advance(TimeSpan.FromMinutes(1));
            }

            await using var second = await SandboxHost.StartAsync(options, Token);

            Assert.Single(second.World.Bill.Lines);
            Assert.Equal(new DateTimeOffset(2026, 11, 1, 13, 0, 0, TimeSpan.Zero), second.Clock.GetUtcNow());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Says_what_it_has_at_an_unknown_path()
    {
        var (host, _) = await Given.Host();
        await using var running = host;
        using var http = new HttpClient();

        using var reply = await http.GetAsync(new Uri(host.Address, "nowhere"), Token);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.Contains("/sandbox/bill", await reply.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static HttpClient Client(SandboxHost host)
    {
        var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "simulated");
        return http;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static byte[] Lines(int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
            text.Append("{\"custom_id\":\"i").Append(i).Append("\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":").Append(Chat).Append("}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static async Task<string> UploadAsync(SandboxHost host, HttpClient http, int lines)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("batch"), "purpose" },
            { new ByteArrayContent(Lines(lines)), "file", Given.Batch },
        };
        using var reply = await http.PostAsync(new Uri(host.Address, "openai/v1/files"), form, Token);
        reply.EnsureSuccessStatusCode();
        using var file = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(Token));
        return file.RootElement.GetProperty("id").GetString() ?? "";
    }
}
