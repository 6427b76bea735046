using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parsimony.Providers.Google;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;

namespace Parsimony.Providers.Tests;

public sealed class GcsStoreTests : IDisposable
{
    private static readonly GcsName Target = new("bucket", "a folder/ü.jsonl");

    private readonly SandboxWorld _world;
    private readonly HttpClient _client;
    private readonly GcsStore _store;

    public GcsStoreTests()
    {
        var clock = new ManualClock();
        _world = new SandboxWorld(new SandboxOptions(), clock);
        _client = new HttpClient(new SandboxMessageHandler(_world));
        _client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer k");
        _store = new GcsStore(new ProviderHttp(_client, ProviderId.VertexAI, clock), new Uri("http://gcs.sandbox"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _world.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(PartedUpload.UsualPartBytes)]
    [InlineData((2 * PartedUpload.UsualPartBytes) + 17)]
    public async Task What_goes_up_in_parts_comes_down_whole(int bytes)
    {
        var content = Content(bytes);

        Assert.Null(await UploadAsync(content));

        Assert.Equal(content, await _client.GetByteArrayAsync(new Uri($"http://gcs.sandbox/{Target.Path}?alt=media"), Token));
        using var metadata = JsonDocument.Parse(await _client.GetStringAsync(new Uri($"http://gcs.sandbox/{Target.Path}"), Token));
        Assert.Equal((Target.Name, $"{bytes}"), (metadata.RootElement.Text("name"), metadata.RootElement.Text("size")));
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(content);
        Assert.Equal(Convert.ToBase64String(md5.GetHashAndReset()), metadata.RootElement.Text("md5Hash"));
    }

    [Fact]
    public async Task A_checksum_is_the_known_one()
    {
        Assert.Null(await UploadAsync("123456789"u8.ToArray()));

        using var metadata = JsonDocument.Parse(await _client.GetStringAsync(new Uri($"http://gcs.sandbox/{Target.Path}"), Token));

        // The check value of CRC-32C: E3069283.
        Assert.Equal(Convert.ToBase64String([0xE3, 0x06, 0x92, 0x83]), metadata.RootElement.Text("crc32c"));
    }

    [Fact]
    public async Task A_part_whose_connection_broke_is_sent_on()
    {
        _world.Faults.Replace("""{"rules":[{"fault":"disconnect_upload","provider":"gcs","operation":"file.upload","skip":1,"times":1}]}""");
        var content = Content(PartedUpload.UsualPartBytes + 5);

        Assert.Null(await UploadAsync(content));

        Assert.Equal(content, await _client.GetByteArrayAsync(new Uri($"http://gcs.sandbox/{Target.Path}?alt=media"), Token));
    }

    [Fact]
    public async Task The_twin_takes_uploads_of_other_clients_too()
    {
        using var related = new MultipartContent("related", "b-1")
        {
            new StringContent("""{"name":"x.txt","contentType":"text/plain"}""", Encoding.UTF8, "application/json"),
            new StringContent("line\r\n--b\r\n", Encoding.UTF8, "application/octet-stream"),
        };
        using var media = new StringContent("whole");
        using var one = await _client.PostAsync(new Uri("http://gcs.sandbox/upload/storage/v1/b/bucket/o?uploadType=multipart"), related, Token);
        using var two = await _client.PostAsync(new Uri("http://gcs.sandbox/upload/storage/v1/b/bucket/o?uploadType=media&name=y.txt"), media, Token);
        using var download = await _client.GetAsync(new Uri("http://gcs.sandbox/storage/v1/b/bucket/o/x.txt?alt=media"), Token);

        Assert.Equal("line\r\n--b\r\n", await download.Content.ReadAsStringAsync(Token));
        Assert.Contains("crc32c=", download.Headers.GetValues("x-goog-hash").Single(), StringComparison.Ordinal);
        Assert.Equal("whole", await _client.GetStringAsync(new Uri("http://gcs.sandbox/storage/v1/b/bucket/o/y.txt?alt=media"), Token));
    }

    [Fact]
    public async Task A_missing_bucket_is_told_at_once()
    {
        var failure = await _store.UploadAsync(Target with { Bucket = "missing-1" }, TimeSpan.FromMinutes(1), (_, _) => throw new InvalidOperationException("Nothing is to be written."), Token);

        Assert.Equal((FailureStage.Stage, FailureCause.NotFound), (failure!.Stage, failure.Cause));
    }

    [Fact]
    public async Task A_range_and_a_listing_and_a_delete_are_what_they_say()
    {
        await UploadAsync("0123456789"u8.ToArray());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://gcs.sandbox/{Target.Path}?alt=media")) { Headers = { Range = new(2, 4) } };
        using var part = await _client.SendAsync(request, Token);

        Assert.Equal("234", await part.Content.ReadAsStringAsync(Token));
        Assert.Equal([Target], await _store.ListAsync(new GcsName("bucket", "a fol"), FailureStage.Collect, Token).ToListAsync(Token));
        Assert.Empty(await _store.ListAsync(new GcsName("bucket", "b"), FailureStage.Collect, Token).ToListAsync(Token));
        Assert.Null(await _store.DeleteAsync(Target, Token));
        Assert.Null(await _store.DeleteAsync(Target, Token));
        Assert.Empty(await _store.ListAsync(new GcsName("bucket", ""), FailureStage.Collect, Token).ToListAsync(Token));
    }

    private static byte[] Content(int bytes) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, (bytes / 10) + 1).Select(i => $"{i:D9}\n")))[..bytes];

    private Task<ProviderFailure?> UploadAsync(byte[] content) =>
        _store.UploadAsync(Target, TimeSpan.FromMinutes(1), async (stream, token) => await stream.WriteAsync(content, token), Token);
}
