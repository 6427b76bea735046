using System.Text.Json;

namespace Parsimony.Providers.Tests;

public sealed class JsonMembersTests
{
    [Theory]
    [InlineData("""{"a":"plain"}""", "plain")]
    [InlineData("""{"a":"\ud83d\ude00 \u0000 \n"}""", "\U0001F600 \0 \n")]
    [InlineData("""{"a":"x\ud800y\\\"\/\t"}""", "x\uFFFDy\\\"/\t")]
    [InlineData("""{"a":"\udc00\ud83d\ude00"}""", "\uFFFD\U0001F600")]
    public void Reads_texts_with_half_surrogates(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, document.RootElement.Text("a"));
    }

    [Fact]
    public void Reads_bytes_that_are_no_text()
    {
        using var document = JsonDocument.Parse(new ReadOnlyMemory<byte>([.. "{\"a\":\"x"u8, 0xC3, 0x28, .. "\"}"u8]));
        Assert.Equal("x\uFFFD(", document.RootElement.Text("a"));
    }

    [Fact]
    public void Takes_missing_null_and_wrong_types_as_absent()
    {
        using var document = JsonDocument.Parse("""{"null":null,"text":"1","number":1.5,"list":[1,2]}""");
        var root = document.RootElement;
        Assert.Null(root.Text("missing"));
        Assert.Null(root.Text("null"));
        Assert.Null(root.Text("list"));
        Assert.Null(root.Count("text"));
        Assert.Null(root.Count("number"));
        Assert.Null(root.Object("list"));
        Assert.Empty(root.Items("text"));
        Assert.Equal(2, root.Items("list").Count());
        Assert.Null(root.Items("list").First().Text("a"));
    }
}
