using System.Text;

namespace Parsimony.Core.Tests;

public sealed class TokenEstimateTests
{
    [Fact]
    public void No_text_has_more_tokens_than_the_bound()
    {
        // One token per byte is the worst a byte-level tokenizer does.
        var words = string.Join(' ', Enumerable.Repeat("ж", 2_000));

        var estimate = Of($$"""{"messages":[{"role":"user","content":"{{words}}"}]}""");

        Assert.True(estimate.InputBound >= Encoding.UTF8.GetByteCount(words));
        Assert.InRange(estimate.MeanInput, 1, estimate.InputBound);
    }

    [Fact]
    public void An_inline_image_does_not_count_by_its_bytes()
    {
        var image = Convert.ToBase64String(new byte[300_000]);

        var estimate = Of($$"""{"content":[{"type":"input_image","image_url":"data:image/png;base64,{{image}}"}]}""");

        Assert.InRange(estimate.InputBound, 5_000, 20_000);
    }

    [Theory]
    [InlineData("""{"maxOutputTokens":100}""", 100)]
    [InlineData("""{"max_tokens":100}""", 100)]
    [InlineData("""{"max_completion_tokens":100}""", 100)]
    [InlineData("""{"max_output_tokens":100}""", 100)]
    [InlineData("""{"max_tokens":100,"max_completion_tokens":200}""", 200)]
    [InlineData("""{"n":3,"max_tokens":100}""", 300)]
    public void Reads_the_output_limit_over_all_choices(string body, int tokens)
    {
        Assert.Equal(tokens, Of(body).MaxOutput);
    }

    [Theory]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"max_tokens":"many"}""")]
    [InlineData("""{"metadata":{"max_tokens":5}}""")]
    public void Has_no_output_limit_where_the_request_sets_none(string body)
    {
        Assert.Null(Of(body).MaxOutput);
    }

    [Fact]
    public void Counts_the_choices_asked_for()
    {
        Assert.Equal(4, Of("""{"n":4}""").Choices);
        Assert.Equal(1, Of("{}").Choices);
    }

    private static TokenEstimate Of(string body) => TokenEstimate.Of(new Envelope
    {
        Kind = EndpointKind.Chat,
        Dialect = Dialect.OpenAI,
        Model = Given.Gpt56Sol,
        Bytes = Encoding.UTF8.GetBytes(body),
    });
}
