using System.Security.Cryptography;
using System.Text;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>Signatures of calls over HTTP/2, where the host stands in <c>:authority</c>, and AWS's own clients sign that name.</summary>
public sealed class SignatureTests
{
    private const string Host = "127.0.0.1:8443";
    private const string Path = "/bedrock/model/amazon.nova-micro-v1%3A0/converse";
    private const string Body = """{"messages":[{"role":"user","content":[{"text":"hello"}]}]}""";

    [Theory]
    [InlineData("host", Host, 200)]
    [InlineData(":authority", Host, 200)]
    [InlineData(":authority", "127.0.0.1:8444", 403)]
    [InlineData("content-type", "application/json", 403)]
    public async Task Takes_the_host_by_either_name_and_only_as_it_was_signed(string name, string value, int status)
    {
        using var world = new SandboxWorld(new SandboxOptions(), TimeProvider.System);
        var date = "20261121T120000Z";
        var scope = "20261121/us-east-1/bedrock/aws4_request";
        var canonical = $"POST\n{Path.Replace("%", "%25", StringComparison.Ordinal)}\n\n{name}:{value}\nx-amz-date:{date}\n\n{name};x-amz-date\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Body)))}";
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4sandbox-secret"), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        var request = new SandboxRequest
        {
            Method = "POST",
            Path = "/model/amazon.nova-micro-v1:0/converse",
            Target = $"https://{Host}{Path}",
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                ["Host"] = Host,
                ["Content-Type"] = "application/json",
                ["X-Amz-Date"] = date,
                ["Authorization"] = $"AWS4-HMAC-SHA256 Credential=sandbox/{scope}, SignedHeaders={name};x-amz-date, Signature={Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)))}",
            },
            Body = new MemoryStream(Encoding.UTF8.GetBytes(Body)),
        };

        var response = await world.HandleAsync("bedrock", request, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.Status);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
