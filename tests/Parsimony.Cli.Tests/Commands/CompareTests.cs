using System.Text;

namespace Parsimony.Cli.Tests;

/// <summary>The same work, priced at other models.</summary>
public sealed class CompareTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_quote_compares_all_models_of_the_configured_providers_cheapest_first()
    {
        var config = Write("config.yaml", "llm:", "  - provider: openAI", "    apiKey: none");
        var input = WriteRows(3);

        var compared = Lines((await ProgramAsync("quote", input, "--model", Model, "--prompt", "{{text}}", "--compare", "--config", config, "--json")).Exits(0).Output)[0];
        var table = (await ProgramAsync("quote", input, "--model", Model, "--prompt", "{{text}}", "--compare", "--config", config)).Exits(0).Output;

        var models = compared.GetProperty("models").EnumerateArray().ToList();
        var cheapest = models.ConvertAll(model => model.GetProperty("cheapest_usd").GetDecimal());
        Assert.True(models.Count > 5);
        Assert.All(models, model => Assert.StartsWith("openAI/", model.GetProperty("model").GetString(), StringComparison.Ordinal));
        Assert.Equal(cheapest.Order(), cheapest);
        Assert.Contains("goes to the model it names", table, StringComparison.Ordinal);
    }

    [Fact]
    public void What_all_requests_begin_with_alike_is_written_once_and_read_by_the_others()
    {
        var work = Work(10, prefix: 40_000);
        var one = Assert.Single(work.Compare(PriceList.Default, new HashSet<ProviderId> { ProviderId.Anthropic }, Now), model => model.Model.Name == "claude-sonnet-4-5-20250929");

        Assert.InRange(work.SharedTokens, 9_900, 10_200);
        Assert.Equal(one.LiveUsd / 2, one.BatchUsd);
        Assert.True(one.CachedUsd < one.BatchUsd, $"{one}");
        Assert.Equal(one.CachedUsd, one.CheapestUsd);
    }

    [Fact]
    public void A_prefix_that_no_cache_keeps_and_a_lone_request_have_no_cached_price()
    {
        var providers = new HashSet<ProviderId> { ProviderId.Anthropic };

        Assert.All(Work(10, prefix: 400).Compare(PriceList.Default, providers, Now), model => Assert.Null(model.CachedUsd));
        Assert.All(Work(1, prefix: 40_000).Compare(PriceList.Default, providers, Now), model => Assert.Null(model.CachedUsd));
    }

    [Fact]
    public void Work_for_embeddings_is_compared_among_models_that_embed()
    {
        var work = new QuotedWork(250);
        work.Add(Of("x", EndpointKind.Embeddings), 1);

        var models = work.Compare(PriceList.Default, new HashSet<ProviderId> { ProviderId.OpenAI }, Now);

        Assert.NotEmpty(models);
        Assert.All(models, model => Assert.Contains("embedding", model.Model.Name, StringComparison.Ordinal));
    }

    private static QuotedWork Work(int requests, int prefix)
    {
        var work = new QuotedWork(250);
        for (var index = 0; index < requests; index++)
        {
            work.Add(Of($"{new string('p', prefix)} {index}", EndpointKind.Chat), 1);
        }

        return work;
    }

    private static Envelope Of(string text, EndpointKind kind) =>
        new() { Kind = kind, Dialect = Dialect.Canonical, Model = ModelId.Parse(Model), Bytes = Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}""") };
}
