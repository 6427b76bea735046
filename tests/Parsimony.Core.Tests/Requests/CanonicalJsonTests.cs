using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Parsimony.Core.Tests;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ true , null ] }""", """{"a":[true,null],"b":1}""")]
    [InlineData("""{"n":9007199254740993,"d":0.1000000000000000000000001,"e":1.0,"f":1e400}""", """{"d":0.1000000000000000000000001,"e":1.0,"f":1e400,"n":9007199254740993}""")]
    [InlineData("""{"s":"\u00e4\u003c\/\n"}""", """{"s":"ä</\n"}""")]
    [InlineData("""{"é":1,"z":2,"Z":3}""", """{"Z":3,"z":2,"é":1}""")]
    [InlineData("""["\ud800"]""", """["\ud800"]""")]
    public void Writes_one_form(string given, string expected) => Assert.Equal(expected, Canonical(given));

    [Fact]
    public void Keeps_the_order_of_a_schemas_properties_and_orders_its_keywords()
    {
        const string schema = """{"type":"object","required":["z"],"properties":{"z":{"type":"string","description":"d"},"a":{"type":"number"}}}""";

        Assert.Equal(
            """{"properties":{"z":{"description":"d","type":"string"},"a":{"type":"number"}},"required":["z"],"type":"object"}""",
            Canonical(schema));
    }

    [Fact]
    public void Knows_a_property_that_is_called_properties()
    {
        Assert.Equal(
            """{"properties":{"properties":{"properties":{"y":1,"x":2},"type":"object"},"a":{}}}""",
            Canonical("""{"properties":{"properties":{"type":"object","properties":{"y":1,"x":2}},"a":{}}}"""));
    }

    [Fact]
    public void Does_not_depend_on_the_order_of_members() => Check.QuickThrowOnFailure(
        Prop.ForAll(GivenRequest.Json(depth: 3).ToArbitrary(), json =>
            Canonical(json.ToJsonString()) == Canonical(Reversed(json)?.ToJsonString() ?? "null")));

    [Fact]
    public void Is_its_own_canonical_form() => Check.QuickThrowOnFailure(
        Prop.ForAll(GivenRequest.Json(depth: 3).ToArbitrary(), json => Canonical(Canonical(json.ToJsonString())) == Canonical(json.ToJsonString())));

    [Fact]
    public void Says_the_same_as_what_it_was_given() => Check.QuickThrowOnFailure(
        Prop.ForAll(GivenRequest.Json(depth: 3).ToArbitrary(), json => JsonNode.DeepEquals(JsonNode.Parse(Canonical(json.ToJsonString())), json)));

    private static JsonNode? Reversed(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(member => KeyValuePair.Create(member.Key, Reversed(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Reversed)]),
        _ => node?.DeepClone(),
    };

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        var bytes = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(document.RootElement, bytes);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
