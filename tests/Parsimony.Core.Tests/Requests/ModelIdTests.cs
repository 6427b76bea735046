namespace Parsimony.Core.Tests;

public sealed class ModelIdTests
{
    [Theory]
    [InlineData("openai/gpt-5-mini", "openAI/gpt-5-mini")]
    [InlineData("ANTHROPIC/claude-haiku-4-5", "anthropic/claude-haiku-4-5")]
    [InlineData("together/meta-llama/Llama-3", "together/meta-llama/Llama-3")]
    public void Reads_the_provider_in_any_case_and_the_model_as_written(string text, string expected)
    {
        Assert.Equal(expected, ModelId.Parse(text).ToString());
        Assert.True(ModelId.TryParse(text, out var model));
        Assert.Equal(ModelId.Parse(text), model);
    }

    [Theory]
    [InlineData("gpt-5-mini", "provider/model")]
    [InlineData("/gpt-5-mini", "provider/model")]
    [InlineData("openAI/", "provider/model")]
    [InlineData("acme/gpt", "Known providers")]
    public void Says_what_is_wrong(string text, string why)
    {
        Assert.Contains(why, Assert.Throws<FormatException>(() => ModelId.Parse(text)).Message, StringComparison.Ordinal);
        Assert.False(ModelId.TryParse(text, out _));
    }
}
