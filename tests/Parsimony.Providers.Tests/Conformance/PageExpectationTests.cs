using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

public sealed class PageExpectationTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,null]}""", """{"b":[true,null],"a":1.0}""")]
    [InlineData("""{"a":{"$may":1}}""", """{}""")]
    [InlineData("""{"a":{"$may":1}}""", """{"a":1}""")]
    [InlineData("""{"a":{"$may":{"$any":true}}}""", """{"a":[1]}""")]
    [InlineData("""{"a":{"$either":["x",["y"]]}}""", """{"a":["y"]}""")]
    [InlineData("""{"a":{"$json":{"city":"Oslo"}}}""", """{"a":"{ \"city\": \"Oslo\" }"}""")]
    [InlineData("""{"$one":{"a":1,"b":1}}""", """{"b":1}""")]
    [InlineData("""{"a":{"$like":"https://a/*.jsonl"}}""", """{"a":"https://a/b.jsonl"}""")]
    public void Takes_what_is_said(string expected, string actual) => Assert.Empty(Differences(expected, actual));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", "/a: expected 1, was 2")]
    [InlineData("""{"a":1}""", """{}""", "/a: expected 1, was not there")]
    [InlineData("""{}""", """{"a":1}""", "/a: expected nothing, was 1")]
    [InlineData("""{"a":{"$may":1}}""", """{"a":2}""", "/a: expected 1, was 2")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", "/a: expected [1,2], was [1]")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", "/a/0: expected 1, was 2")]
    [InlineData("""{"a":"1"}""", """{"a":1}""", "/a: expected \"1\", was 1")]
    [InlineData("""{"a":{"$either":["x","y"]}}""", """{"a":"z"}""", "/a: expected \"x\", was \"z\"")]
    [InlineData("""{"a":{"$json":{"city":"Oslo"}}}""", """{"a":"{\"city\":\"Rome\"}"}""", "/a/city: expected \"Oslo\", was \"Rome\"")]
    [InlineData("""{"$one":{"a":1,"b":1}}""", """{"a":1,"b":1}""", ": expected one of a, b, was 2 of them")]
    [InlineData("""{"$one":{"a":1,"b":1}}""", """{}""", ": expected one of a, b, was 0 of them")]
    [InlineData("""{"a":{"$like":"b*"}}""", """{"a":"c"}""", "/a: expected {\"$like\":\"b*\"}, was \"c\"")]
    [InlineData("""{"a":{"$like":"b*"}}""", """{"a":1}""", "/a: expected {\"$like\":\"b*\"}, was 1")]
    [InlineData("""null""", """{}""", "/: expected null, was {}")]
    public void Tells_what_is_not(string expected, string actual, string difference) => Assert.Equal(difference, Differences(expected, actual)[0]);

    [Theory]
    [InlineData("\"https://a/b\"", "https://a/b", true)]
    [InlineData("\"https://a/*:upload\"", "https://a/b:upload", true)]
    [InlineData("\"https://a/*:upload\"", "https://a/b:download", false)]
    [InlineData("[\"https://a/b\",\"https://a/c\"]", "https://a/c", true)]
    [InlineData("\"https://a/b\"", "https://a/b?c=d", false)]
    public void Fits_addresses(string pattern, string text, bool fits) => Assert.Equal(fits, PageExpectation.Fits(JsonNode.Parse(pattern), text));

    private static List<string> Differences(string expected, string actual) => PageExpectation.Differences(JsonNode.Parse(expected), JsonNode.Parse(actual));
}
