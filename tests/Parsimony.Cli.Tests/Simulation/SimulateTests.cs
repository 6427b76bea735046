using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary><c>parsimony simulate</c> as its user sees it.</summary>
public sealed class SimulateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-simulate-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Compares_every_policy_and_names_the_bound()
    {
        var trace = Conversation();

        var table = (await ProgramAsync("simulate", trace)).Exits(0).Output;
        var json = JsonElement.Parse((await ProgramAsync("simulate", trace, "--json", "--rules", "cheap-reads")).Exits(0).Output);

        Assert.Contains("lower bound", table, StringComparison.Ordinal);
        Assert.Equal(["none", "mark-last", "all-but-last", "first-message", "ours", "clairvoyant"], json.GetProperty("policies").EnumerateArray().Select(policy => policy.GetProperty("policy").GetString()));
        Assert.Equal(1, Cost(json, "none"));
        Assert.Equal(Cost(json, "clairvoyant"), json.GetProperty("lower_bound").GetDouble(), 2);
        Assert.True(Cost(json, "clairvoyant") < 0.5);
    }

    [Fact]
    public async Task Hints_are_shown_with_what_came_of_them()
    {
        var trace = Conversation();

        var truthful = JsonElement.Parse((await ProgramAsync("simulate", trace, "--derive-hints", At("hinted.jsonl"), "--json")).Exits(0).Output).GetProperty("hints");
        var wrong = JsonElement.Parse((await ProgramAsync("simulate", trace, "--derive-hints", At("again.jsonl"), "--wrong-hints", "0.5", "--json")).Exits(0).Output).GetProperty("hints");
        var table = (await ProgramAsync("simulate", trace, "--derive-hints", At("table.jsonl"))).Exits(0).Output;
        var plain = JsonElement.Parse((await ProgramAsync("simulate", trace, "--json")).Exits(0).Output);

        Assert.All(truthful.EnumerateArray(), hint => Assert.Equal(hint.GetProperty("prompts").GetInt32(), hint.GetProperty("came_true").GetInt32()));
        Assert.Contains("continued", truthful.EnumerateArray().Select(hint => hint.GetProperty("hint").GetString()));
        Assert.InRange(wrong.EnumerateArray().Sum(hint => hint.GetProperty("came_true").GetInt32()) / (double)wrong.EnumerateArray().Sum(hint => hint.GetProperty("prompts").GetInt32()), 0.2, 0.8);
        Assert.Contains("came true", table, StringComparison.Ordinal);
        Assert.False(plain.TryGetProperty("hints", out _));
    }

    [Fact]
    public async Task Hints_made_from_the_future_are_written_and_read_again()
    {
        var trace = Conversation();
        var hinted = At("hinted.jsonl");

        var derived = JsonElement.Parse((await ProgramAsync("simulate", trace, "--derive-hints", hinted, "--json")).Exits(0).Output);
        var read = JsonElement.Parse((await ProgramAsync("simulate", hinted, "--hints", "hint", "--policy", "ours-with-hints", "--json")).Exits(0).Output);

        Assert.Equal(Cost(derived, "ours-with-hints"), Cost(read, "ours-with-hints"));
        Assert.True(Cost(derived, "ours-with-hints") < 0.6);
        Assert.Contains("\"hint\":\"continued\"", await File.ReadAllTextAsync(hinted, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_models_rules_are_its_prices()
    {
        var json = JsonElement.Parse((await ProgramAsync("simulate", Conversation(), "--provider", "anthropic", "--model", "claude-sonnet-5-5", "--json")).Exits(0).Output);

        Assert.Equal("anthropic/claude-sonnet-5-5", json.GetProperty("rules").GetString());
    }

    [Fact]
    public async Task A_table_of_counts_and_rounds_of_agents_are_traces_too()
    {
        var table = Write("table.csv", "TIMESTAMP,ContextTokens,GeneratedTokens", "2023-11-16 18:15:46.6805900,2374,44", "2023-11-16 18:15:50.9951690,3396,109");
        var rounds = Write(
            "rounds.jsonl",
            """{"session_id":"a","input_tokens_total":3000,"prefix_tokens":2000,"newly_append_tokens":1000,"output_tokens":10,"timing_events":[{"timestamp":"2026-06-01T05:40:20Z"}]}""",
            """{"session_id":"a","input_tokens_total":3500,"prefix_tokens":3000,"newly_append_tokens":500,"output_tokens":10,"timing_events":[{"timestamp":"2026-06-01T05:40:40Z"}]}""",
            """{"session_id":"b","input_tokens_total":2500,"prefix_tokens":0,"newly_append_tokens":2500,"output_tokens":10,"timing_events":[{"timestamp":"2026-06-01T05:40:30Z"}]}""");

        var counts = JsonElement.Parse((await ProgramAsync("simulate", table, "--json")).Exits(0).Output);
        var agents = JsonElement.Parse((await ProgramAsync("simulate", rounds, "--json")).Exits(0).Output);

        Assert.False(counts.GetProperty("has_prefixes").GetBoolean());
        Assert.Equal(5770, counts.GetProperty("input_tokens").GetInt32());
        Assert.Equal(1, Cost(counts, "ours"));
        Assert.Equal(3000, agents.GetProperty("policies").EnumerateArray().First(policy => policy.GetProperty("policy").GetString() == "ours").GetProperty("tokens_read").GetInt32());
    }

    [Theory]
    [InlineData("""{"timestamp":0,"input_length":600,"output_length":1,"hash_ids":[1]}|{"timestamp":-5,"input_length":600,"output_length":1,"hash_ids":[1]}""", "line 2", "Sort the trace")]
    [InlineData("""{"timestamp":0,"input_length":-600,"output_length":1,"hash_ids":[1]}""", "line 1", "input_length")]
    [InlineData("""{"timestamp":0,"input_length":600,"hash_ids":[1]}""", "line 1", "output_length")]
    [InlineData("""{"some":"thing"}""", "line 1", "no trace I know")]
    [InlineData("a,b,c|1,2,3", "line 1", "Rename the columns")]
    [InlineData("{not json", "line 1", "not as the ones")]
    [InlineData("", "trace.jsonl", "has no requests")]
    public async Task A_trace_that_cannot_be_meant_is_refused_with_its_line(string lines, string place, string remedy)
    {
        var result = (await ProgramAsync("simulate", Write("trace.jsonl", lines.Split('|')))).Exits(2);

        Assert.Contains(place, result.Errors, StringComparison.Ordinal);
        Assert.Contains(remedy, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no column future", "--hints", "future")]
    [InlineData("is not continued, shared or single", "--hints", "input_length_word")]
    [InlineData("There is no rule set", "--rules", "generous")]
    [InlineData("are not known", "--model", "openAI/not-a-model")]
    [InlineData("needs a --model", "--provider", "anthropic")]
    [InlineData("There is no policy", "--policy", "luck")]
    [InlineData("not a number above zero", "--stretch", "0")]
    public async Task A_wrong_option_says_what_there_is(string says, string option, string value)
    {
        var trace = Write("one.jsonl", """{"timestamp":0,"input_length":600,"output_length":1,"hash_ids":[1],"input_length_word":"maybe"}""");

        Assert.Contains(says, (await ProgramAsync("simulate", trace, option, value)).Exits(2).Errors, StringComparison.Ordinal);
    }

    private static double Cost(JsonElement output, string policy) =>
        output.GetProperty("policies").EnumerateArray().First(row => row.GetProperty("policy").GetString() == policy).GetProperty("cost").GetDouble();

    /// <summary>A conversation of 60 turns, a minute apart.</summary>
    private string Conversation() => Write(
        "conversation.jsonl",
        [.. Enumerable.Range(4, 60).Select(turn => $$"""{"timestamp":{{turn * 60_000}},"input_length":{{(turn * 512) + 40}},"output_length":100,"hash_ids":[{{string.Join(',', Enumerable.Range(1, turn + 1))}}]}""")]);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string Write(string name, params string[] lines)
    {
        File.WriteAllLines(At(name), lines);
        return At(name);
    }

    private static async Task<ProcessResult> ProgramAsync(params string[] arguments)
    {
        using var program = ParsimonyProcess.Start(new Dictionary<string, string>(), arguments);
        return await program.EndAsync(Token);
    }
}
