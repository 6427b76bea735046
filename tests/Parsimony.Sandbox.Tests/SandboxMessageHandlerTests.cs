using System.Net;
using System.Text;
using System.Text.Json;
using Parsimony.Sandbox.Model;

namespace Parsimony.Sandbox.Tests;

public sealed class SandboxMessageHandlerTests : IDisposable
{
    private const string Chat = """{"model":"gpt-5-mini","messages":[{"role":"user","content":"hello"}]}""";

    private readonly SandboxWorld _world = new(new SandboxOptions(), new MovedClock());
    private readonly HttpClient _http;

    public SandboxMessageHandlerTests()
    {
        _http = new HttpClient(new SandboxMessageHandler(_world));
        _http.DefaultRequestHeaders.Authorization = new("Bearer", "simulated");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _world.Dispose();
    }

    [Theory]
    [InlineData("http://openai.sandbox/v1/chat/completions", Chat)]
    [InlineData("https://api.anthropic.com/v1/messages", """{"model":"claude-sonnet-5","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}""")]
    public async Task Answers_by_host_name_without_waiting(string address, string body)
    {
        using var reply = await _http.PostAsync(new Uri(address), Json(body), Token);
        using var json = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(Token));

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("application/json", reply.Content.Headers.ContentType?.MediaType);
        Assert.True(json.RootElement.TryGetProperty("usage", out _));
        Assert.Single(_world.Bill.Lines);
    }

    [Fact]
    public async Task Has_no_other_hosts()
    {
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => _http.GetAsync(new Uri("http://example.com/v1/models"), Token));

        Assert.Equal(HttpRequestError.NameResolutionError, failure.HttpRequestError);
    }

    [Fact]
    public async Task Loses_a_reply_as_a_socket_would()
    {
        _world.Faults.Append("""{"rules":[{"fault":"live_reply_lost","times":1}]}""");

        var failure = await Assert.ThrowsAsync<HttpRequestException>(
            () => _http.PostAsync(new Uri("http://openai.sandbox/v1/chat/completions"), Json(Chat), Token));

        Assert.Equal(HttpRequestError.ResponseEnded, failure.HttpRequestError);
        Assert.Single(_world.Bill.Lines);
    }

    [Fact]
    public async Task Breaks_a_download_in_the_middle_with_an_io_exception()
    {
        var file = await UploadAsync(new string('x', 200_000));
        _world.Faults.Append("""{"rules":[{"fault":"disconnect_download","operation":"file.content","times":1}]}""");

        var body = await _http.GetStreamAsync(new Uri($"http://openai.sandbox/v1/files/{file}/content"), Token);
        using var read = new MemoryStream();

        await Assert.ThrowsAsync<IOException>(() => body.CopyToAsync(read, Token));
        Assert.InRange(read.Length, 1, 199_999);
    }

    [Fact]
    public async Task Streams_an_upload_that_is_written_while_it_is_read()
    {
        var file = await UploadAsync(new string('y', 3_000_000));

        var bytes = await _http.GetByteArrayAsync(new Uri($"http://openai.sandbox/v1/files/{file}/content"), Token);

        Assert.Equal(3_000_000, bytes.Length);
    }

    [Fact]
    public async Task Stops_when_the_caller_does()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _http.PostAsync(new Uri("http://openai.sandbox/v1/chat/completions"), Json(Chat), stopped.Token));
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private async Task<string> UploadAsync(string content)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("user_data"), "purpose" },
            { new StringContent(content), "file", "data.txt" },
        };
        using var reply = await _http.PostAsync(new Uri("http://openai.sandbox/v1/files"), form, Token);
        reply.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(Token));
        return json.RootElement.GetProperty("id").GetString() ?? "";
    }
}
