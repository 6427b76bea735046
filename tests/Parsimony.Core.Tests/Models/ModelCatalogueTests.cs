namespace Parsimony.Core.Tests;

public sealed class ModelCatalogueTests
{
    [Theory]
    [InlineData("anthropic/claude-haiku-5-5", 1_000_000, 128_000, 512)]
    [InlineData("anthropic/claude-haiku-4-5-20251001", 200_000, 64_000, 4_096)]
    [InlineData("anthropic/claude-opus-4-7", 1_000_000, 128_000, 2_048)]
    [InlineData("openAI/gpt-6-sol", 922_000, 128_000, 1_024)]
    [InlineData("openAI/gpt-4o", 128_000, 16_384, 1_024)]
    [InlineData("azureOpenAI/gpt-4o-2024-11-20", 128_000, 16_384, 1_024)]
    [InlineData("bedrock/global.anthropic.claude-opus-4-7", 1_000_000, 128_000, 4_096)]
    [InlineData("cohere/command-a-03-2025", 256_000, 8_000, null)]
    [InlineData("fireworks/accounts/fireworks/models/glm-5p2", 1_048_576, 131_072, null)]
    [InlineData("gemini/gemini-2.5-pro", 1_048_576, 65_535, 2_048)]
    [InlineData("groq/moonshotai/kimi-k2-instruct-0905", 262_144, 16_384, 1_024)]
    [InlineData("mistral/codestral-2508", 256_000, 256_000, 64)]
    [InlineData("together/deepseek-ai/DeepSeek-V3.1", 128_000, 16_384, null)]
    [InlineData("vertexAI/gemini-4-argon", 1_048_576, 65_536, 6_144)]
    [InlineData("xai/grok-4.7", 500_000, null, 128)]
    public void Knows_the_limits(string model, int? input, int? output, int? cacheable)
    {
        var facts = ModelCatalogue.Default.Find(ModelId.Parse(model));

        Assert.Equal((input, output, cacheable), (facts?.MaxInputTokens, facts?.MaxOutputTokens, facts?.MinCacheTokens));
    }

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-5", "claude-sonnet-4-5-20250929")]
    [InlineData("openAI/gpt-4o-2024-11-20", "gpt-4o")]
    [InlineData("openAI/gpt-6-sol-2026-09-20", "gpt-6-sol")]
    [InlineData("anthropic/claude-opus-5-5-20260930", "claude-opus-5-5")]
    public void Finds_a_model_by_its_other_names_and_behind_a_date(string name, string listed)
    {
        Assert.Equal(listed, ModelCatalogue.Default.Find(ModelId.Parse(name))?.Id.Name);
    }

    [Theory]
    [InlineData("openAI/gpt-4o-2024-05-13")]
    [InlineData("openAI/gpt-5-pro-max")]
    [InlineData("openAI/gpt-6-sol-2026-13-01")]
    [InlineData("openAI/claude-haiku-5-5")]
    [InlineData("bedrock/claude-haiku-5-5")]
    [InlineData("openAI/GPT-4o")]
    public void Knows_nothing_of_other_models(string name)
    {
        Assert.Null(ModelCatalogue.Default.Find(ModelId.Parse(name)));
    }

    [Fact]
    public void Finds_nothing_for_no_model()
    {
        Assert.Null(ModelCatalogue.Default.Find(default));
    }

    [Theory]
    [InlineData("openAI/o3", true, true, true)]
    [InlineData("openAI/gpt-5-mini", true, true, true)]
    [InlineData("openAI/gpt-4.1-mini", false, false, false)]
    [InlineData("openAI/text-embedding-3-small", null, null, null)]
    public void Knows_the_quirks_of_openai_models(string model, bool? maxCompletionTokens, bool? refusesSampling, bool? effort)
    {
        var facts = ModelCatalogue.Default.Find(ModelId.Parse(model));

        Assert.Equal(
            (maxCompletionTokens, refusesSampling, effort),
            (facts?.UsesMaxCompletionTokens, facts?.RefusesSampling, facts?.SupportsReasoningEffort));
    }

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-5-20250929", false, true)]
    [InlineData("anthropic/claude-opus-4-7", true, null)]
    public void Knows_the_quirks_of_anthropic_models(string model, bool refusesSampling, bool? refusesBoth)
    {
        var facts = ModelCatalogue.Default.Find(ModelId.Parse(model));

        Assert.Equal((refusesSampling, refusesBoth), (facts?.RefusesSampling, facts?.RefusesTemperatureWithTopP));
    }

    [Fact]
    public void Says_which_facts_could_not_be_confirmed()
    {
        var facts = ModelCatalogue.Default.Find(ModelId.Parse("openAI/gpt-6-sol"));

        Assert.Contains("refuses_sampling", facts?.Unverified ?? []);
    }

    [Fact]
    public void Names_source_and_date_of_every_model()
    {
        Assert.All(ModelCatalogue.Default.All, m => Assert.Matches(@"^https://.* \(20\d\d-\d\d(-\d\d)?\)", m.Source));
    }

    [Fact]
    public void Tells_all_faults_at_once()
    {
        var file = Given.File(
            """
            {"provider":"groq","models":[
              {"model":"a","aliases":["b"],"source":"s","checked_on":"2026-01-01","max_input_tokens":0},
              {"model":"b","source":"s","checked_on":"2026-01-01","refuses_sampling":"yes","colour":"red"},
              7]}
            """);

        var faults = Assert.Throws<DataFileException>(() => ModelCatalogue.Load([file])).Faults;

        Assert.Equal(
            [
                "file 1, models 1 (a): max_input_tokens 0 is not a whole number above zero",
                "file 1, models 2 (b): refuses_sampling is not true or false",
                "file 1, models 2 (b): unknown member colour",
                "file 1, models 2 (b): the name b is listed twice",
                "file 1, models 3: not an object",
            ],
            faults);
    }
}
