namespace Parsimony.Core.Tests;

public sealed class PriceListLoadTests
{
    [Fact]
    public void Tells_all_faults_of_all_files_at_once_naming_file_and_row()
    {
        Stream[] files =
        [
            Given.File("""{"provider":"nobody","models":[]}"""),
            Given.File("not json"),
            Given.File(
                """
                {"provider":"openAI","models":[
                  {"model":"good","history":[{"source":"s","checked_on":"2026-01-01","live":{"input":1}}]},
                  {"model":"bad","history":[
                    {"checked_on":"yesterday","live":{"input":-1,"ouput":2,"unverified":["inputs"]}},
                    {"source":"s","checked_on":"2026-01"}]}]}
                """),
        ];

        var faults = Assert.Throws<DataFileException>(() => PriceList.Load(files)).Faults;

        Assert.Equal(
            [
                "file 1: provider is missing or unknown",
                "file 2: not JSON, line 1",
                "file 3, models 2 (bad), history 1: source is missing",
                "file 3, models 2 (bad), history 1: checked_on 'yesterday' is not a date like 2026-10-24",
                "file 3, models 2 (bad), history 1, live: unverified names 'inputs', which is no kind of usage",
                "file 3, models 2 (bad), history 1, live: input -1 is not a price of zero or more",
                "file 3, models 2 (bad), history 1, live: unknown member ouput",
                "file 3, models 2 (bad), history 2: no tier has a price",
                "file 3, models 2 (bad), history 2: another row begins on the same date",
            ],
            faults);
    }

    [Fact]
    public void Names_a_file_by_its_path()
    {
        var path = Path.Combine(Path.GetTempPath(), $"prices-{Environment.ProcessId}.json");
        File.WriteAllText(path, "[]");
        try
        {
            using var file = File.OpenRead(path);

            var fault = Assert.Single(Assert.Throws<DataFileException>(() => PriceList.Load([file])).Faults);

            Assert.Equal($"{path}: the root is not an object", fault);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Refuses_a_model_listed_twice()
    {
        const string Row = """{"model":"m","history":[{"source":"s","checked_on":"2026-01-01","live":{"input":1}}]}""";
        var file = Given.File($$"""{"provider":"groq","models":[{{Row}},{{Row}}]}""");

        var fault = Assert.Single(Assert.Throws<DataFileException>(() => PriceList.Load([file])).Faults);

        Assert.Equal("file 1, models 2 (m): the model is listed twice", fault);
    }

    [Fact]
    public void Refuses_a_long_band_without_a_threshold()
    {
        var file = Given.File(
            """{"provider":"groq","models":[{"model":"m","history":[{"source":"s","checked_on":"2026-01-01","live":{"input":1,"long":{"input":2}}}]}]}""");

        var fault = Assert.Single(Assert.Throws<DataFileException>(() => PriceList.Load([file])).Faults);

        Assert.Equal("file 1, models 1 (m), history 1, live, long: above_prompt_tokens is missing", fault);
    }

    [Fact]
    public void Keeps_a_price_as_it_is_written()
    {
        var prices = PriceList.Load([Given.File(
            """
            {"provider":"groq","models":[{"model":"m","history":[
              {"source":"s","checked_on":"2026-01-01","live":{"input":0.1234567890123456789,"output":1e-7}}]}]}
            """)]);

        var cost = prices.Price(ModelId.Parse("groq/m"), Given.Tokens(1_000_000, 1_000_000), PriceTier.Live, Given.November);

        Assert.Equal(0.1234567890123456789m + 0.0000001m, cost.Usd);
    }
}
