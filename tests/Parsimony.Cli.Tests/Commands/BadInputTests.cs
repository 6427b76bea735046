namespace Parsimony.Cli.Tests;

public sealed class BadInputTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    private const string Good = """{"id":"a","text":"one"}""";

    [Theory]
    [InlineData("in.jsonl:2: not valid JSON", Good, "{oops")]
    [InlineData("in.jsonl:3: the id 'a' was used before", Good, """{"id":"b","text":"two"}""", """{"id":"a","text":"three"}""")]
    [InlineData("in.jsonl:2: no field 'text'", Good, """{"id":"b","body":"two"}""")]
    [InlineData("in.jsonl:2: not a JSON object", Good, "42")]
    [InlineData("there is nothing to run in it", "")]
    public async Task Names_file_and_line_and_submits_nothing(string message, params string[] lines) =>
        await AssertRefusedAsync(await AskAsync(Write("in.jsonl", lines)), message);

    [Fact]
    public async Task An_over_long_line_is_a_fault_of_its_line()
    {
        var path = At("in.jsonl");
        await using (var file = File.CreateText(path))
        {
            await file.WriteLineAsync(Good);
            var part = new string('x', 1 << 20);
            for (var written = 0; written <= LineReader.MaxLineBytes; written += part.Length)
            {
                await file.WriteAsync(part);
            }
        }

        await AssertRefusedAsync(await AskAsync(path), "in.jsonl:2: the line is over 64 MB");
    }

    [Fact]
    public async Task A_missing_input_is_named() =>
        await AssertRefusedAsync(await AskAsync(At("nowhere.jsonl")), "nowhere.jsonl: no such file or folder");

    [Fact]
    public async Task A_provider_nobody_knows_is_refused_with_those_there_are() =>
        await AssertRefusedAsync(await RunAsync(Write("in.jsonl", Good), "--model", "nobody/large", "--prompt", "{{text}}"), "anthropic");

    [Fact]
    public async Task Without_a_model_it_says_what_to_give() =>
        await AssertRefusedAsync(await RunAsync(Write("in.jsonl", Good), "--prompt", "{{text}}"), "--model");

    [Fact]
    public async Task A_prompt_that_is_never_closed_is_refused() =>
        await AssertRefusedAsync(await RunAsync(Write("in.jsonl", Good), "--model", Model, "--prompt", "{{text"), "{{");

    [Fact]
    public async Task Without_a_key_and_a_sandbox_it_says_which_variable()
    {
        var result = await ProgramAsync(["run", .. Ask(Write("in.jsonl", Good)), "--store", Store]);

        await AssertRefusedAsync(result, "OPENAI_API_KEY");
    }

    [Theory]
    [InlineData("{\"type\":", "schema.json:")]
    [InlineData("[]", "not a JSON schema")]
    [InlineData("{\"types\":1}", "not a JSON schema")]
    public async Task A_wrong_schema_file_is_named(string schema, string message) =>
        await AssertRefusedAsync(await AskAsync(Write("in.jsonl", Good), "--schema", Write("schema.json", schema)), message);

    [Theory]
    [InlineData("2020-01-01T00:00:00Z", "in the past")]
    [InlineData("soon", "is not a deadline")]
    public async Task A_deadline_that_cannot_be_held_is_refused(string deadline, string message) =>
        await AssertRefusedAsync(await AskAsync(Write("in.jsonl", Good), "--deadline", deadline), message);

    [Theory]
    [InlineData("--samples", "0")]
    [InlineData("--max-cost", "-1")]
    [InlineData("--sample-first", "0")]
    [InlineData("--max-output-tokens", "x")]
    [InlineData("--no-such-option", "1")]
    public async Task Options_out_of_range_are_named(string option, string value) =>
        await AssertRefusedAsync(await AskAsync(Write("in.jsonl", Good), option, value), option);

    [Fact]
    public async Task A_store_that_cannot_be_written_is_named()
    {
        var file = Write("file", "not a folder");

        var result = await ProgramAsync(["run", .. Ask(Write("in.jsonl", Good)), "--store", Path.Combine(file, "store.db"), "--sandbox", Sandbox.Address]);

        await AssertRefusedAsync(result, Path.Combine(file, "store.db"));
    }

    [Fact]
    public async Task A_store_that_is_no_database_is_named_and_left_alone()
    {
        var file = Write("store.db", "These are the only notes I have, and they are long enough to be taken for a header of a database file by nobody at all.");

        await AssertRefusedAsync(await AskAsync(Write("in.jsonl", Good)), "store.db");

        Assert.StartsWith("These are the only notes", await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_meant_is_refused_with_its_place() =>
        await AssertRefusedAsync(
            await AskAsync(Write("in.jsonl", Good), "--config", Write("providers.yaml", "llm:", "  - provider: openAI", "    configuration: { temperature: hot }")), "temperature");

    [Fact]
    public async Task An_effect_nobody_knows_cannot_be_armed()
    {
        var environment = new Dictionary<string, string> { ["PARSIMONY_CRASH_AT"] = "nowhere:1" };

        await AssertRefusedAsync(
            await ProgramAsync(environment, ["run", .. Ask(Write("in.jsonl", Good)), "--store", Store, "--sandbox", Sandbox.Address]), "submit.create.before");
    }

    [Theory]
    [InlineData("false", "migrating is switched off")]
    [InlineData("never", "PARSIMONY_MIGRATE is 'never'")]
    public async Task A_store_whose_schema_may_not_be_changed_is_left_as_it_is(string said, string message)
    {
        var environment = new Dictionary<string, string> { ["PARSIMONY_MIGRATE"] = said };

        await AssertRefusedAsync(await ProgramAsync(environment, ["run", .. Ask(Write("in.jsonl", Good)), "--store", Store, "--sandbox", Sandbox.Address]), message);
    }

    [Fact]
    public async Task A_sandbox_that_does_not_answer_is_named()
    {
        var result = await ProgramAsync(["run", .. Ask(Write("in.jsonl", Good)), "--store", Store, "--sandbox", "http://127.0.0.1:1"]);

        await AssertRefusedAsync(result, "http://127.0.0.1:1");
    }

    private async Task AssertRefusedAsync(ProcessResult result, string message)
    {
        result.Exits(2);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at Parsimony", result.Errors, StringComparison.Ordinal);
        Assert.Empty(await BillAsync());
    }
}
