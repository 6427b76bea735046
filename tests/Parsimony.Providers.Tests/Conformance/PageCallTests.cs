using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

public sealed class PageCallTests
{
    [Theory]
    [InlineData("""{"api-key":"k"}""", true)]
    [InlineData("""{"api-key":"other"}""", false)]
    [InlineData("""{"x-missing":"k"}""", false)]
    [InlineData("""{"$one":{"api-key":"k","authorization":"Bearer t"}}""", true)]
    [InlineData("""{"$one":{"api-key":"other","authorization":"Bearer t"}}""", false)]
    [InlineData("""{"$one":{"api-key":"k","x-second":"s"}}""", false)]
    [InlineData("""{"$one":{"authorization":"Bearer t"}}""", false)]
    public async Task Compares_headers(string expected, bool fits)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://a/b");
        request.Headers.Add("api-key", "k");
        request.Headers.Add("x-second", "s");

        var call = await PageCall.OfAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(fits, !call.Differences(JsonNode.Parse(expected)!.AsObject()).Any());
    }

    [Fact]
    public async Task Reads_what_is_asked_of_an_address()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://a/b?limit=100&filter=name+%3D%20%22x%22&flag");

        var call = await PageCall.OfAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("https://a/b", call.Address);
        Assert.Empty(PageExpectation.Differences(JsonNode.Parse("""{"limit":"100","filter":"name = \"x\"","flag":""}"""), call.Query));
    }
}
