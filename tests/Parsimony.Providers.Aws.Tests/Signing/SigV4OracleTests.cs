using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using Parsimony.Testing;

namespace Parsimony.Providers.Aws.Tests;

/// <summary>Against the signer of AWS's own library, over generated requests.</summary>
public sealed class SigV4OracleTests
{
    private const int Requests = 1_500;
    private const string Letters = "abcXYZ019-._~:/ $&+,;=@!*'()[]%äß猫";

    [Theory]
    [InlineData("bedrock")]
    [InlineData("s3")]
    public async Task Signs_as_the_library_does(string service)
    {
        var chance = new Random(20261121);
        for (var i = 0; i < Requests; i++)
        {
            var at = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(chance.Next(30_000_000));
            using var oracle = Generate(chance, service);
            var result = new AWS4Signer().SignRequest(oracle, new OracleConfig(service), new RequestMetrics(), "AKID" + i, "secret/" + i, at);
            using var ours = Same(oracle);

            await new SigV4Signer(AwsKeySource.Fixed(new AwsKeys("AKID" + i, "secret/" + i)), "eu-west-1", service, new ManualClock(new DateTimeOffset(at))).AuthorizeAsync(ours, TestContext.Current.CancellationToken);

            Assert.True(
                result.Signature == ours.Headers.GetValues("Authorization").Single().Split("Signature=")[1],
                $"{oracle.HttpMethod} {ours.RequestUri} {string.Join('|', oracle.Headers.Select(h => $"{h.Key}: {h.Value}"))}");
        }
    }

    private static DefaultRequest Generate(Random chance, string service)
    {
        var request = new DefaultRequest(new OracleRequest(), service)
        {
            HttpMethod = chance.Next(3) switch { 0 => "GET", 1 => "PUT", _ => "POST" },
            Endpoint = new Uri(chance.Next(2) == 0 ? $"https://{service}.eu-west-1.amazonaws.com" : "http://127.0.0.1:4711"),
            // As the library's own marshallers name paths: a template, whose places are escaped whole.
            ResourcePath = service == "s3" ? "/{Key+}" : "/model/{Id}/converse",
            UseQueryString = true,
            AuthenticationRegion = "eu-west-1",
            UseDoubleEncoding = service != "s3",
        };
        request.AddPathResource(service == "s3" ? "{Key+}" : "{Id}", service == "s3" ? Path(chance, 4) : Segment(chance));
        for (var k = chance.Next(4); k > 0; k--)
        {
            // Plain names: the library sorts them before it escapes them, AWS's page asks for the order after.
            request.Parameters["p" + chance.Next(40)] = Text(chance, 12);
        }

        for (var k = chance.Next(3); k > 0; k--)
        {
            request.Headers[$"x-amz-meta-{chance.Next(100)}"] = Plain(chance, 10);
        }

        if (request.HttpMethod != "GET")
        {
            request.Content = new byte[chance.Next(200)];
            chance.NextBytes(request.Content);
            request.Headers["Content-Type"] = "application/json";
        }

        return request;
    }

    // What the library would send: each segment escaped, parameters escaped in any order.
    private static HttpRequestMessage Same(DefaultRequest oracle)
    {
        var place = oracle.PathResources.Single().Value;
        var path = oracle.ServiceName == "s3"
            ? "/" + string.Join('/', place.Split('/').Select(Uri.EscapeDataString))
            : $"/model/{Uri.EscapeDataString(place)}/converse";
        var query = string.Join('&', oracle.Parameters.Reverse().Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        var request = new HttpRequestMessage(new HttpMethod(oracle.HttpMethod), $"{oracle.Endpoint.GetLeftPart(UriPartial.Authority)}{path}{(query.Length > 0 ? "?" + query : "")}");
        if (oracle.Content is { } body)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in oracle.Headers)
        {
            if (!name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) && !name.Equals("host", StringComparison.OrdinalIgnoreCase)
                && !request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    private static string Path(Random chance, int most) => string.Join('/', Enumerable.Range(0, 1 + chance.Next(most)).Select(_ => Segment(chance)));

    // A segment that is empty or dots is another path to every server, and no id or key of ours is one. A slash separates segments.
    private static string Segment(Random chance) => "s" + Text(chance, 14).Replace('/', '-').Replace('%', '-');

    private static string Text(Random chance, int most) => new([.. Enumerable.Range(0, 1 + chance.Next(most)).Select(_ => Letters[chance.Next(Letters.Length)])]);

    private static string Plain(Random chance, int most) => new([.. Enumerable.Range(0, 1 + chance.Next(most)).Select(_ => "abc  XYZ,;=".ElementAt(chance.Next(11)))]);

    private sealed class OracleRequest : AmazonWebServiceRequest;

    private sealed class OracleConfig : ClientConfig
    {
        public OracleConfig(string service)
            : base(new NoDefaults())
        {
            AuthenticationServiceName = service;
            AuthenticationRegion = "eu-west-1";
        }

        public override string ServiceVersion => "1";

        public override string UserAgent => "oracle";

        public override string RegionEndpointServiceName => "oracle";

        public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => throw new NotSupportedException();

        private sealed class NoDefaults : IDefaultConfigurationProvider
        {
            public IDefaultConfiguration GetDefaultConfiguration(Amazon.RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null) => throw new NotSupportedException();
        }
    }
}
