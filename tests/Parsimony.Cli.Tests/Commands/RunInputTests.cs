namespace Parsimony.Cli.Tests;

public sealed class RunInputTests(SandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task Answers_JSON_lines_under_their_ids_and_lines()
    {
        var input = Write("in.jsonl", """{"id":"b","text":"two"}""", "", """{"id":"a","text":"one"}""", """{"text":"three"}""");

        (await AskAsync(input)).Exits(0);

        Assert.Equal(["b", "a", "line-4"], Ids(Results()));
        Assert.Equal([1, 3, 4], Results().Select(result => result.GetProperty("line").GetInt32()));
        Assert.All(Results(), result => Assert.False(string.IsNullOrWhiteSpace(Text(result, "answer"))));
        Assert.All(Results(), result => Assert.Equal("batch", Text(result, "route")));
        Assert.Equal((await BillAsync()).Sum(line => line.Usd), Results().Sum(result => result.GetProperty("cost_usd").GetDecimal()));
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task Answers_CSV_with_quotes_line_ends_and_a_BOM()
    {
        var input = Write("in.csv", "\uFEFFkey,text", "k1,\"a, \"\"b\"\"", "c\"", "k2,plain");

        (await AskAsync(input, "--id", "key")).Exits(0);

        Assert.Equal(["k1", "k2"], Ids(Results()));
        Assert.Equal([2, 4], Results().Select(result => result.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task Answers_a_folder_of_texts()
    {
        Write("docs/b.txt", "second");
        Write("docs/a/first.md", "first");

        (await AskAsync(At("docs"))).Exits(0);

        Assert.Equal(["a/first.md", "b.txt"], Ids(Results()));
    }

    [Fact]
    public async Task Answers_a_folder_of_images()
    {
        // One white pixel.
        var png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=");
        Directory.CreateDirectory(At("images"));
        await File.WriteAllBytesAsync(At("images/1.png"), png, Token);
        await File.WriteAllBytesAsync(At("images/2.png"), [.. png, 0], Token);

        (await RunAsync(At("images"), "--model", "anthropic/claude-haiku-4-5-20251001", "--prompt", "What is in {{name}}?")).Exits(0);

        Assert.Equal(["1.png", "2.png"], Ids(Results()));
        Assert.All(Results(), result => Assert.Equal("answered", Text(result, "state")));
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task Sends_a_batch_file_as_it_is_and_gives_its_ids_and_lines_back()
    {
        var input = Write(
            "batch.jsonl",
            """{"custom_id":"chat","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hello"}]}}""",
            """{"custom_id":"vector","method":"POST","url":"/v1/embeddings","body":{"model":"text-embedding-3-small","input":"Hello"}}""",
            "",
            """{"custom_id":"response","method":"POST","url":"/v1/responses","body":{"model":"gpt-5-mini","input":"Hello"}}""");

        (await RunAsync(input)).Exits(0);

        var results = Results();
        Assert.Equal(["chat", "vector", "response"], Ids(results));
        Assert.Equal([1, 2, 4], results.Select(result => result.GetProperty("line").GetInt32()));
        Assert.False(string.IsNullOrEmpty(Text(results[0], "answer")));
        Assert.NotEmpty(results[1].GetProperty("answer").GetProperty("data")[0].GetProperty("embedding").EnumerateArray());
        Assert.False(string.IsNullOrEmpty(Text(results[2], "answer")));
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task A_deadline_too_near_for_a_batch_is_held_by_live_calls()
    {
        (await AskAsync(WriteRows(2), "--deadline", "15m")).Exits(0);

        Assert.All(Results(), result => Assert.Equal("live", Text(result, "route")));
        Assert.All(Results(), result => Assert.Contains("of room", Text(result, "reason"), StringComparison.Ordinal));
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task Answers_have_the_schema()
    {
        var schema = Write("schema.json", """{"type":"object","properties":{"topic":{"type":"string"}},"required":["topic"],"additionalProperties":false}""");

        (await RunAsync(WriteRows(2), "--model", Model, "--prompt", "{{text}}", "--schema", schema)).Exits(0);

        Assert.All(Results(), result =>
            Assert.False(string.IsNullOrEmpty(Text(Assert.Single(Lines(Text(result, "answer") ?? "")), "topic"))));
    }

    [Fact]
    public async Task A_model_without_a_price_runs_when_told_and_its_cost_is_unknown()
    {
        string[] command = [WriteRows(2), "--model", "openAI/gpt-nobody-knows", "--prompt", "{{text}}", "--json"];

        var refused = (await RunAsync(command)).Exits(2);
        Assert.Contains("--allow-unpriced", refused.Errors, StringComparison.Ordinal);
        Assert.Empty(await BillAsync());

        var result = (await RunAsync([.. command, "--allow-unpriced"])).Exits(0);

        var receipt = Assert.Single(Lines(result.Output));
        Assert.Equal(2, receipt.GetProperty("answered").GetInt32());
        Assert.Equal(2, receipt.GetProperty("unknown_cost").GetInt32());
        Assert.All(Results(), row => Assert.Equal(System.Text.Json.JsonValueKind.Null, row.GetProperty("cost_usd").ValueKind));
    }
}
