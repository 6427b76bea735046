using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Tests;

/// <summary>What the host does over plain http it does over TLS, by HTTP/2 as by HTTP/1.1.</summary>
public sealed class SandboxTlsTests : IAsyncLifetime
{
    private const string Chat = """{"model":"gpt-5-mini","messages":[{"role":"user","content":"hello"}]}""";
    private const string Streamed = """{"model":"gpt-5-mini","stream":true,"messages":[{"role":"user","content":"Tell me about the moon."}]}""";

    private readonly MovedClock _time = new();
    private SandboxHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _host = await SandboxHost.StartAsync(new SandboxHostOptions { TlsPort = 0, Model = Given.Model(), RealClock = _time }, Token);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Answers_by_either_version_on_the_secure_port(int version)
    {
        using var http = Client(version);

        using var reply = await http.PostAsync(At("openai/v1/chat/completions"), Json(Chat), Token);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(version, reply.Version.Major);
        Assert.Single(_host.World.Bill.Lines);
    }

    [Fact]
    public async Task Has_no_secure_port_unless_it_is_asked_for()
    {
        var (plain, _) = await Given.Host();
        await using var running = plain;

        Assert.Null(plain.SecureAddress);
        Assert.Null(plain.CertificatePem);
        Assert.Throws<InvalidOperationException>(() => plain.SecureAddressOf("openai"));
        Assert.Equal(new Uri(At(""), "openai/v1"), _host.SecureAddressOf("openai"));
        Assert.Equal(("http", "https"), (_host.Address.Scheme, At("").Scheme));
    }

    [Fact]
    public async Task Has_a_certificate_of_its_own_for_this_machine_only()
    {
        await using var other = await SandboxHost.StartAsync(new SandboxHostOptions { TlsPort = 0, RealClock = _time }, Token);
        using var certificate = X509Certificate2.CreateFromPem(_host.CertificatePem);
        using var stranger = new HttpClient(new TrustedHandler(other.CertificatePem!, HttpVersion.Version20));

        Assert.All(["localhost", "127.0.0.1", "::1"], name => Assert.True(certificate.MatchesHostname(name), name));
        Assert.False(certificate.MatchesHostname("api.openai.com"));
        Assert.False(certificate.HasPrivateKey);
        Assert.DoesNotContain("PRIVATE", _host.CertificatePem, StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(At("sandbox/clock"), Token));
        Assert.Equal(HttpRequestError.SecureConnectionError, refusal.HttpRequestError);
    }

    [Fact]
    public async Task Is_trusted_as_the_only_root_of_a_chain()
    {
        using var certificate = X509Certificate2.CreateFromPem(_host.CertificatePem);
        using var chain = new X509Chain { ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { certificate } } };
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = chain.ChainPolicy } });

        using var clock = JsonDocument.Parse(await http.GetStringAsync(At("sandbox/clock"), Token));

        Assert.Equal(1, clock.RootElement.GetProperty("speed").GetDouble());
    }

    [Fact]
    public async Task Streams_an_answer_piece_by_piece()
    {
        using var http = Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, At("openai/v1/chat/completions")) { Content = Json(Streamed) };

        using var reply = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var text = await reply.Content.ReadAsStringAsync(Token);

        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_and_gives_back_a_file_larger_than_any_default_limit()
    {
        using var http = Client();

        var file = await UploadAsync(http, 200_000);
        var content = await http.GetByteArrayAsync(At($"openai/v1/files/{file}/content"), Token);

        Assert.True(content.AsSpan().SequenceEqual(Lines(200_000)));
    }

    [Fact]
    public async Task Breaks_a_download_in_the_middle_and_no_other_call()
    {
        using var http = Client();
        var file = await UploadAsync(http, 20_000);
        _host.World.Faults.Replace("""{"rules":[{"fault":"disconnect_download","operation":"file.content","times":1}]}""");
        var address = At($"openai/v1/files/{file}/content");

        using var reply = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Token);
        var other = http.PostAsync(At("openai/v1/chat/completions"), Json(Chat), Token);
        await using var body = await reply.Content.ReadAsStreamAsync(Token);
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, Token));
        using var answered = await other;
        var whole = await http.GetByteArrayAsync(address, Token);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.IsType<HttpProtocolException>(failure);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal(Lines(20_000).Length, whole.Length);
    }

    [Fact]
    public async Task Resets_the_call_whose_reply_is_lost()
    {
        using var http = Client();
        _host.World.Faults.Replace("""{"rules":[{"fault":"live_reply_lost","times":1}]}""");

        await Assert.ThrowsAsync<HttpRequestException>(() => http.PostAsync(At("openai/v1/chat/completions"), Json(Chat), Token));

        Assert.Single(_host.World.Bill.Lines);
    }

    [Fact]
    public async Task Breaks_an_upload_in_the_middle()
    {
        using var http = Client();
        _host.World.Faults.Replace("""{"rules":[{"fault":"disconnect_upload","operation":"file.upload","times":1}]}""");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => UploadAsync(http, 50_000));

        Assert.StartsWith("file-", await UploadAsync(http, 10), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_slow_bytes_in_sandbox_time()
    {
        await using var fast = await SandboxHost.StartAsync(new SandboxHostOptions { TlsPort = 0, Speed = 100, Model = Given.Model() }, Token);
        using var http = Client(fast);
        fast.World.Faults.Replace("""{"rules":[{"fault":"slow_bytes","operation":"chat.create","value":100,"times":1}]}""");
        var before = fast.Clock.GetTimestamp();

        using var reply = await http.PostAsync(new Uri(fast.SecureAddress!, "openai/v1/chat/completions"), Json(Chat), Token);

        var length = (await reply.Content.ReadAsByteArrayAsync(Token)).Length;
        Assert.True(fast.Clock.GetElapsedTime(before) >= TimeSpan.FromMilliseconds(10) * length);
    }

    private static HttpClient Client(SandboxHost host, int version = 2)
    {
        var http = new HttpClient(new TrustedHandler(host.CertificatePem!, version == 2 ? HttpVersion.Version20 : HttpVersion.Version11));
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

    private HttpClient Client(int version = 2) => Client(_host, version);

    private Uri At(string path) => new(_host.SecureAddress!, path);

    private async Task<string> UploadAsync(HttpClient http, int lines)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("batch"), "purpose" },
            { new ByteArrayContent(Lines(lines)), "file", Given.Batch },
        };
        using var reply = await http.PostAsync(At("openai/v1/files"), form, Token);
        reply.EnsureSuccessStatusCode();
        using var file = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(Token));
        return file.RootElement.GetProperty("id").GetString() ?? "";
    }
}
