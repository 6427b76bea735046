using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>One test for each fault that shapes a result file, on both providers' files.</summary>
public sealed class ResultFaultTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Results_shuffled_changes_the_order_only(string provider)
    {
        var sent = await Download(provider, """{"fault":"results_shuffled"}""", 30);

        var ids = Scene.Ids(sent);
        Assert.NotEqual(Expected(30), ids);
        Assert.Equal(Expected(30).Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Result_missing_drops_one_line_for_good(string provider)
    {
        var sent = await Download(provider, """{"fault":"result_missing","custom_id":"item-3"}""", 6);

        Assert.Equal(["item-0", "item-1", "item-2", "item-4", "item-5"], Scene.Ids(sent));
        Assert.Equal(6, _scene.World.Bill.Lines.Count);
        Assert.Equal(5, (await Again(provider)).Lines.Length);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Result_duplicated_repeats_one_line(string provider)
    {
        var sent = await Download(provider, """{"fault":"result_duplicated","custom_id":"item-1"}""", 3);

        Assert.Equal(["item-0", "item-1", "item-1", "item-2"], Scene.Ids(sent));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Result_unknown_id_adds_a_line_nobody_asked_for(string provider)
    {
        var sent = await Download(provider, """{"fault":"result_unknown_id"}""", 4);

        Assert.Single(Scene.Ids(sent).Except(Expected(4), StringComparer.Ordinal));
        Assert.Equal(5, sent.Lines.Length);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Result_truncated_cuts_the_last_line_of_one_download(string provider)
    {
        var sent = await Download(provider, """{"fault":"result_truncated"}""", 4);

        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(Encoding.UTF8.GetBytes(sent.Lines[^1])));
        Assert.False(sent.Text.EndsWith('\n'));
        Assert.Equal(Expected(4), Scene.Ids(await Again(provider)));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Result_malformed_makes_one_line_no_json(string provider)
    {
        var sent = await Download(provider, """{"fault":"result_malformed","custom_id":"item-2"}""", 4);

        Assert.Equal(4, sent.Lines.Length);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(Encoding.UTF8.GetBytes(sent.Lines[2])));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Results_bom_puts_a_mark_before_the_first_line(string provider)
    {
        var sent = await Download(provider, """{"fault":"results_bom"}""", 2);

        Assert.Equal([0xEF, 0xBB, 0xBF, (byte)'{'], sent.Body[..4]);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Results_crlf_ends_lines_with_two_bytes(string provider)
    {
        var sent = await Download(provider, """{"fault":"results_crlf"}""", 3);

        Assert.All(sent.Lines, line => Assert.EndsWith("}\r", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("openai", null)]
    [InlineData("anthropic", 3_000_000)]
    public async Task Result_huge_makes_one_line_of_that_size(string provider, int? size)
    {
        var value = size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null";

        var sent = await Download(provider, $$"""{"fault":"result_huge","custom_id":"item-1","value":{{value}}}""", 3);

        Assert.InRange(sent.Lines[1].Length, (size ?? 20 * 1024 * 1024) - 100, (size ?? 20 * 1024 * 1024) + 100);
        Assert.Equal(Expected(3), Scene.Ids(sent));
    }

    private string? _batch;

    private async Task<Sent> Download(string provider, string fault, int count)
    {
        _batch = provider == "openai" ? await _scene.OpenAIBatch(count) : await _scene.AnthropicBatch(count);
        _scene.Pass(TimeSpan.FromHours(1));
        _scene.Fault(fault);
        return await Again(provider);
    }

    private Task<Sent> Again(string provider) => provider == "openai" ? _scene.Output(_batch ?? "") : _scene.Results(_batch ?? "");

    private static string[] Expected(int count) => Enumerable.Range(0, count).Select(i => $"item-{i}").ToArray();
}
