using System.Text;
using Amazon.Runtime;
using Parsimony.Testing;

namespace Parsimony.Providers.Aws.Tests;

/// <summary>
/// Against AWS's published values: the signature test suite (aws-sig-v4-test-suite, as quoted in public test sources, read 2026-11-21) and the examples of
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, read 2026-11-21. Of the suite, requests that HttpClient writes otherwise than it asks for (raw
/// spaces, one header on several lines) are left out.
/// </summary>
public sealed class SigV4SignerTests
{
    private static readonly AwsKeys SuiteKeys = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static readonly AwsKeys S3Keys = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f")]
    [InlineData("GET", "//example//", "", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84")]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("GET", "/?Param1=value2&Param1=value1", "", "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694")]
    [InlineData("GET", "/?\u1234=bar", "", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04")]
    [InlineData("GET", "/", "My-Header1: value1\nMy-Header2:\"a   b   c\"", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")]
    [InlineData("POST", "/", "Content-Type:application/x-www-form-urlencoded", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    public async Task Signs_the_published_suite_as_published(string method, string target, string headers, string signature)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "https://example.amazonaws.com" + target);
        if (method == "POST")
        {
            request.Content = new ByteArrayContent("Param1=value1"u8.ToArray());
        }

        foreach (var header in headers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (header.Split(':')[0], header.Split(':')[1]);
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        await Suite(SuiteKeys).AuthorizeAsync(request, Token);

        Assert.Equal(signature, SignatureOf(request));
    }

    [Fact]
    public async Task Signs_the_session_token_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");

        await Suite(SuiteKeys with { SessionToken = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267" }).AuthorizeAsync(request, Token);

        Assert.Equal("07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8", SignatureOf(request));
        Assert.Contains("host;x-amz-date;x-amz-security-token", Authorization(request), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/test.txt", "Range: bytes=0-9", "", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData("PUT", "/test$file.text", "Date: Fri, 24 May 2013 00:00:00 GMT\nx-amz-storage-class: REDUCED_REDUNDANCY", "Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")]
    [InlineData("GET", "/?lifecycle", "", "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("GET", "/?max-keys=2&prefix=J", "", "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public async Task Signs_the_examples_of_S3_as_published(string method, string target, string headers, string body, string signature)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "https://examplebucket.s3.amazonaws.com" + target);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach (var header in headers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
        }

        await new SigV4Signer(AwsKeySource.Fixed(S3Keys), "us-east-1", "s3", new ManualClock(new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero))).AuthorizeAsync(request, Token);

        Assert.Equal(signature, SignatureOf(request));
    }

    [Fact]
    public async Task Leaves_a_body_readable_that_is_rendered_while_it_is_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "https://example.amazonaws.com/x");
        request.Content = new StreamedContent(static async (stream, token) => await stream.WriteAsync("abc"u8.ToArray(), token), "text/plain");

        await Suite(SuiteKeys).AuthorizeAsync(request, Token);

        Assert.Equal("abc", await request.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Missing_credentials_are_one_failure_that_says_what_to_set()
    {
        var keys = AwsKeySource.Chain(() => throw new AmazonClientException("nothing found"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");

        var e = await Assert.ThrowsAsync<ProviderException>(async () => await new SigV4Signer(keys, "us-east-1", "bedrock", new ManualClock()).AuthorizeAsync(request, Token));

        Assert.Equal(FailureCause.Credential, e.Failure.Cause);
        Assert.Contains("set-AWS_ACCESS_KEY_ID", e.Message, StringComparison.Ordinal);
        Assert.Contains("AWS_PROFILE", e.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_the_chain_again_for_every_request_so_that_keys_are_renewed()
    {
        var asked = 0;
        var keys = AwsKeySource.Chain(() => Task.FromResult<AWSCredentials>(new SessionAWSCredentials($"AKID{++asked}", "secret", "token")));
        var signer = new SigV4Signer(keys, "us-east-1", "bedrock", new ManualClock());
        using var first = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");
        using var second = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");

        await signer.AuthorizeAsync(first, Token);
        await signer.AuthorizeAsync(second, Token);

        Assert.Contains("Credential=AKID1/", Authorization(first), StringComparison.Ordinal);
        Assert.Contains("Credential=AKID2/", Authorization(second), StringComparison.Ordinal);
        Assert.Equal("token", Assert.Single(second.Headers.GetValues("X-Amz-Security-Token")));
    }

    [Theory]
    [InlineData("only")]
    [InlineData("a:")]
    [InlineData(":b")]
    [InlineData("a:b c")]
    [InlineData("a:b:c:d")]
    public void A_key_of_another_form_is_refused_without_being_shown(string key)
    {
        var e = Assert.Throws<ArgumentException>(() => AwsKeys.Parse(key));

        Assert.Contains("ACCESS_KEY:SECRET", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("b c", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_never_show_their_secret() => Assert.Equal("AKID", AwsKeys.Parse("AKID:secret:token").ToString());

    private static SigV4Signer Suite(AwsKeys keys) =>
        new(AwsKeySource.Fixed(keys), "us-east-1", "service", new ManualClock(new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero)));

    private static string Authorization(HttpRequestMessage request) => request.Headers.GetValues("Authorization").Single();

    private static string SignatureOf(HttpRequestMessage request) => Authorization(request).Split("Signature=")[1];
}
