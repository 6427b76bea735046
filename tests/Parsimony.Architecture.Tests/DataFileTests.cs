using System.Globalization;
using System.Text.Json.Nodes;

namespace Parsimony.Architecture.Tests;

/// <summary>Every fact from outside says where and when it was read.</summary>
public sealed class DataFileTests
{
    public static TheoryData<string> PriceFiles => [.. Repository.Files("data/prices", "*.json")];

    public static TheoryData<string> ModelFiles => [.. Repository.Files("data/models", "*.json")];

    [Theory]
    [MemberData(nameof(PriceFiles))]
    public void Every_price_row_has_a_source_and_a_date(string file)
    {
        var rows = Array(Parse(file), "models").SelectMany(model => Array(model, "history").Select(row => (Model: Text(model, "model"), Row: row))).ToList();

        Assert.NotEmpty(rows);
        Assert.All(rows, entry => AssertSourced(entry.Row, entry.Model));
    }

    [Theory]
    [MemberData(nameof(ModelFiles))]
    public void Every_model_has_a_source_and_a_date(string file)
    {
        var models = Array(Parse(file), "models").ToList();

        Assert.NotEmpty(models);
        Assert.All(models, model => AssertSourced(model, Text(model, "model")));
    }

    [Fact]
    public void Every_provider_has_its_sources_and_a_date()
    {
        var providers = Array(Parse("data/providers.json"), "providers").ToList();

        Assert.NotEmpty(providers);
        Assert.All(providers, provider =>
        {
            Assert.NotEmpty(Array(provider, "sources"));
            AssertDate(Text(provider, "checked_on"), Text(provider, "provider"), "yyyy-MM-dd");
        });
    }

    [Fact]
    public void Every_priced_model_has_its_facts() =>
        Assert.All(Repository.Files("data/prices", "*.json").Where(file => !Names(file).SequenceEqual(["*"])), file => Strays.None(
            Names(file).Except(Names(file.Replace("data/prices/", "data/models/", StringComparison.Ordinal)), StringComparer.Ordinal)));

    private static IEnumerable<string> WireDialects =>
        Directory.GetDirectories(Path.Combine(Repository.Root, "src", "Parsimony.Providers")).Select(folder => Path.GetFileName(folder)).Where(folder => folder != "Http")
            .Select(folder => $"src/Parsimony.Providers/{folder}")
            .Concat(["src/Parsimony.Providers.Aws", "src/Parsimony.Providers.Azure", "src/Parsimony.Providers.Google"]);

    [Fact]
    public void Every_provider_with_a_wire_dialect_has_a_page_of_its_sources_and_doubts() =>
        Assert.All(WireDialects, folder =>
        {
            var page = Repository.Read($"{folder}/README.md");
            Assert.Contains("UNVERIFIED", page, StringComparison.Ordinal);
            Assert.Matches(@"[Rr]ead \d{4}-\d{2}-\d{2}", page);
        });

    [Fact]
    public void Every_page_with_doubts_has_its_rows_and_its_link_on_the_page_of_doubts()
    {
        var page = Repository.Read("docs/unverified.md");
        Assert.All(WireDialects.Where(folder => Repository.Read($"{folder}/README.md").Contains("UNVERIFIED", StringComparison.Ordinal)), folder =>
        {
            var link = page.IndexOf($"](../{folder}/README.md)", StringComparison.Ordinal);

            Assert.True(link > 0, $"{folder}/README.md has doubts, and docs/unverified.md does not lead to it.");
            Assert.Contains($"\n| {page[(page.LastIndexOf('[', link) + 1)..link]}: ", page, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Limits_the_code_goes_by_are_those_of_the_data() =>
        Assert.All(Providers.ProviderFactory.Kinds.Concat([Providers.Aws.AwsProviders.Bedrock, Providers.Google.GoogleProviders.VertexAI]).Where(kind => kind.BatchLimits is not null), kind =>
        {
            var facts = Engine.CapabilityMatrix.FactsOf(kind.Id.Value);
            var limits = kind.BatchLimits;

            decimal? Number(string name) => facts?.Fact(name)?.Number;

            Assert.True(limits?.MaxRequests <= (Number("max_requests") ?? int.MaxValue), $"{kind.Id}: requests");
            Assert.True(limits?.MaxBytes <= (Number("max_bytes") ?? long.MaxValue), $"{kind.Id}: bytes");
            Assert.True(limits?.MinRequests >= (Number("min_requests") ?? 1), $"{kind.Id}: fewest requests");
            Assert.True(Number("concurrent_jobs") is not { } jobs || limits?.OpenBatchCaps.Any(cap => cap.Models.Count == 0 && cap.Most <= jobs) == true, $"{kind.Id}: open batches");
            Assert.True(facts?.Fact("on_expiry")?.Word is not { } survives || (survives == "finished") == limits?.KeepsFinishedOnExpiry, $"{kind.Id}: expiry");
            Assert.Equal(facts?.Fact("orphan_search")?.Word == "size and time" ? OrphanSearch.BySizeAndTime : OrphanSearch.ByKey, limits?.OrphanSearch);
        });

    [Fact]
    public void A_provider_has_batches_in_the_data_where_it_has_them_in_the_code() =>
        Assert.All(
            Providers.ProviderFactory.Kinds.Concat([Providers.Aws.AwsProviders.Bedrock, Providers.Google.GoogleProviders.VertexAI]),
            kind => Assert.True(Engine.CapabilityMatrix.Of(kind.Id.Value).SupportsBatching == (kind.BatchLimits is not null), $"{kind.Id}: batches"));

    private static IEnumerable<string> Names(string file) => Array(Parse(file), "models").Select(model => Text(model, "model"));

    private static JsonNode Parse(string file) => JsonNode.Parse(Repository.Read(file)) ?? throw new InvalidDataException(file);

    private static IEnumerable<JsonNode> Array(JsonNode node, string name) => node[name]?.AsArray().OfType<JsonNode>() ?? [];

    private static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "";

    private static void AssertSourced(JsonNode row, string name)
    {
        Assert.True(Text(row, "source").Contains("http", StringComparison.Ordinal), $"{name} has no source");
        AssertDate(Text(row, "checked_on"), name, row["verified"]?.GetValue<bool>() == false ? ["yyyy-MM-dd", "yyyy-MM"] : ["yyyy-MM-dd"]);
    }

    // A row nobody could confirm may know no more than the month of its one source.
    private static void AssertDate(string text, string name, params string[] forms) =>
        Assert.True(DateOnly.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out _), $"{name} has no date it was checked on: '{text}'");
}
