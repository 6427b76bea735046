using System.Text;

namespace Parsimony.Providers.Tests;

public sealed class JsonLinesTests
{
    [Theory]
    [InlineData("{\"a\":1}\n{\"b\":2}\n", new[] { "1:{\"a\":1}", "2:{\"b\":2}" })]
    [InlineData("{\"a\":1}\n{\"b\":2}", new[] { "1:{\"a\":1}", "2:{\"b\":2}" })]
    [InlineData("\uFEFF{\"a\":1}\r\n{\"b\":2}\n{\"c\":3}\r\n", new[] { "1:{\"a\":1}", "2:{\"b\":2}", "3:{\"c\":3}" })]
    [InlineData("\n  \t\r\n{\"a\":1}\n\n", new[] { "3:{\"a\":1}" })]
    [InlineData("", new string[0])]
    [InlineData("{\"a\":\"x\\ny\"}\n", new[] { "1:{\"a\":\"x\\ny\"}" })]
    [InlineData("{\"a\":\"\u2028\u2029\u0085\"}\n{\"b\":2}", new[] { "1:{\"a\":\"\u2028\u2029\u0085\"}", "2:{\"b\":2}" })]
    public async Task Splits_at_line_feeds_only_and_skips_blank_lines(string text, string[] expected)
    {
        foreach (var piece in new[] { 1, 3, 1000 })
        {
            Assert.Equal(expected, await ReadAsync(new PiecewiseStream(Encoding.UTF8.GetBytes(text), piece)));
        }
    }

    [Fact]
    public async Task Keeps_a_character_whole_that_is_split_over_chunks()
    {
        var text = "{\"a\":\"café 𝒳 日本\"}\n{\"b\":\"ü\"}\n";
        Assert.Equal(["1:{\"a\":\"café 𝒳 日本\"}", "2:{\"b\":\"ü\"}"], await ReadAsync(new PiecewiseStream(Encoding.UTF8.GetBytes(text), 1)));
    }

    [Fact]
    public async Task Gives_a_line_of_twenty_megabytes_whole_between_short_ones()
    {
        var huge = new string('x', 20_000_000);
        var lines = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes($"\"a\"\n\"{huge}\"\n\"b\"\n")));
        Assert.Equal(3, lines.Count);
        Assert.Equal(huge.Length + 4, lines[1].Length);
        Assert.Equal("3:\"b\"", lines[2]);
    }

    [Fact]
    public async Task Gives_ten_thousand_lines_in_order_with_their_numbers()
    {
        var text = string.Concat(Enumerable.Range(1, 10_000).Select(i => $"{{\"n\":{i}}}\n"));
        var lines = await ReadAsync(new PiecewiseStream(Encoding.UTF8.GetBytes(text), 777));
        Assert.Equal(Enumerable.Range(1, 10_000).Select(i => $"{i}:{{\"n\":{i}}}"), lines);
    }

    private static async Task<List<string>> ReadAsync(Stream stream)
    {
        var lines = new List<string>();
        await foreach (var line in JsonLines.ReadAsync(stream, TestContext.Current.CancellationToken))
        {
            lines.Add($"{line.Number}:{Encoding.UTF8.GetString(line.Bytes.Span)}");
        }

        return lines;
    }
}
