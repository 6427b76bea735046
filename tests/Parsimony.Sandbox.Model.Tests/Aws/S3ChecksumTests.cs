using System.Text;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>What the simulated S3 makes of checksums.</summary>
public sealed class S3ChecksumTests : IDisposable
{
    // CRC-32C of "123456789" (https://reveng.sourceforge.io/crc-catalogue/17plus.htm, read 2026-11-22).
    private const string Right = "4waSgw==";
    private const string Header = "x-amz-checksum-crc32c";
    private const string Body = "123456789";

    private readonly SandboxWorld _world = new(new SandboxOptions { RequireKey = false }, TimeProvider.System);

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(null, 200, "")]
    [InlineData(Right, 200, "")]
    [InlineData("AAAAAA==", 400, "BadDigest")]
    public async Task A_body_must_be_what_its_checksum_says(string? checksum, int status, string code) =>
        Assert.Equal((status, code), await SendAsync("PUT", "", Body, (Header, checksum)));

    [Theory]
    [InlineData("CRC32C", 200, "")]
    [InlineData(null, 400, "InvalidRequest")]
    public async Task A_part_brings_its_checksum_only_where_the_upload_was_begun_with_one(string? algorithm, int status, string code)
    {
        var id = await BeginAsync(algorithm);

        Assert.Equal((status, code), await SendAsync("PUT", $"partNumber=1&uploadId={id}", Body, (Header, Right)));
    }

    [Theory]
    [InlineData(Right, 200)]
    [InlineData("AAAAAA==", 400)]
    [InlineData("", 400)]
    public async Task The_object_is_made_of_parts_whose_checksums_are_named(string checksum, int status)
    {
        var id = await BeginAsync("CRC32C");
        var stored = await ReplyAsync("PUT", $"partNumber=1&uploadId={id}", Body, (Header, Right));
        var list = $"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{stored.Headers["ETag"]}</ETag><ChecksumCRC32C>{checksum}</ChecksumCRC32C></Part></CompleteMultipartUpload>";

        Assert.Equal(status, (await SendAsync("POST", $"uploadId={id}", list)).Status);
    }

    private static async Task<string> TextAsync(SandboxResponse reply)
    {
        using var body = new MemoryStream();
        await reply.WriteBody(body, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    private static string Between(string document, string element) =>
        document.IndexOf($"<{element}>", StringComparison.Ordinal) is var start and >= 0
            ? document[(start + element.Length + 2)..document.IndexOf($"</{element}>", StringComparison.Ordinal)]
            : "";

    private async Task<string> BeginAsync(string? algorithm) =>
        Between(await TextAsync(await ReplyAsync("POST", "uploads=", "", ("x-amz-checksum-algorithm", algorithm))), "UploadId");

    private async Task<(int Status, string Code)> SendAsync(string method, string query, string body, params (string Name, string? Value)[] headers)
    {
        var reply = await ReplyAsync(method, query, body, headers);
        return (reply.Status, Between(await TextAsync(reply), "Code"));
    }

    private Task<SandboxResponse> ReplyAsync(string method, string query, string body, params (string Name, string? Value)[] headers) => _world.HandleAsync(
        "s3",
        new SandboxRequest
        {
            Method = method,
            Path = "/bucket/key",
            Query = query,
            Headers = headers.Where(header => header.Value is not null).ToDictionary(header => header.Name, header => header.Value ?? "", StringComparer.OrdinalIgnoreCase),
            Body = new MemoryStream(Encoding.UTF8.GetBytes(body)),
        },
        TestContext.Current.CancellationToken);
}
