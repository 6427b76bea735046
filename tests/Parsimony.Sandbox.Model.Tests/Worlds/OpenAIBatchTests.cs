using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class OpenAIBatchTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_batch_passes_every_state_in_order()
    {
        var id = await _scene.OpenAIBatch(20);
        var states = new List<string?>();
        for (var i = 0; i < 2_000; i++)
        {
            var state = (await _scene.GetOpenAI(id)).GetProperty("status").GetString();
            if (states.LastOrDefault() != state)
                states.Add(state);
            _scene.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["validating", "in_progress", "finalizing", "completed"], states);
    }

    [Fact]
    public async Task The_total_is_0_while_the_file_is_validated()
    {
        var id = await _scene.OpenAIBatch(20);

        Assert.Equal(0, Count(await _scene.GetOpenAI(id), "total"));
        _scene.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(20, Count(await _scene.GetOpenAI(id), "total"));
    }

    [Fact]
    public async Task Requests_are_billed_one_by_one_over_the_time_the_batch_takes()
    {
        await _scene.OpenAIBatch(100);
        _scene.Pass(TimeSpan.FromHours(1));

        var times = _scene.World.Bill.Lines.Select(l => l.At).ToList();

        Assert.Equal(100, times.Distinct().Count());
        Assert.Equal(times.Order(), times);
        Assert.True(times[^1] - times[0] > TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("not json", "invalid_json_line")]
    [InlineData("""{"custom_id":"a","method":"GET","url":"/v1/chat/completions","body":{"model":"m"}}""", "invalid_method")]
    [InlineData("""{"custom_id":"a","method":"POST","url":"/v1/responses","body":{"model":"m"}}""", "invalid_url")]
    [InlineData("""{"method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}""", "missing_required_parameter")]
    public async Task A_wrong_line_fails_the_whole_file(string line, string code)
    {
        var id = (await _scene.CreateOpenAI((await _scene.Upload(line + "\n")).Of("id"))).Of("id");
        _scene.Pass(TimeSpan.FromHours(1));

        var batch = await _scene.GetOpenAI(id);

        Assert.Equal("failed", batch.GetProperty("status").GetString());
        Assert.Equal(code, batch.GetProperty("errors").GetProperty("data")[0].GetProperty("code").GetString());
        Assert.Equal(1, batch.GetProperty("errors").GetProperty("data")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Equal_custom_ids_and_two_models_fail_the_file()
    {
        var line = Scene.ChatLines(1);
        var id = (await _scene.CreateOpenAI((await _scene.Upload(line + line + line.Replace("gpt-5-mini", "gpt-5", StringComparison.Ordinal))).Of("id"))).Of("id");
        _scene.Pass(TimeSpan.FromHours(1));

        var codes = (await _scene.GetOpenAI(id)).GetProperty("errors").GetProperty("data").EnumerateArray().Select(e => e.GetProperty("code").GetString());

        Assert.Contains("duplicate_custom_id", codes);
        Assert.Contains("mismatched_model", codes);
    }

    [Fact]
    public async Task A_cancelled_batch_keeps_what_was_done_and_names_the_rest()
    {
        var id = await _scene.OpenAIBatch(400);
        _scene.Pass(TimeSpan.FromMinutes(1));
        var during = await _scene.OpenAI("POST", $"/v1/batches/{id}/cancel");
        _scene.Pass(TimeSpan.FromMinutes(10));

        var batch = await _scene.GetOpenAI(id);
        var (answered, rest) = ((await _scene.Output(id)).Lines.Length, (await _scene.Output(id, "error_file_id")).Lines);

        Assert.Equal("cancelling", during.Of("status"));
        Assert.Equal("cancelled", batch.GetProperty("status").GetString());
        Assert.Equal(400, answered + rest.Length);
        Assert.Equal(answered, _scene.World.Bill.Lines.Count);
        Assert.All(rest, l => Assert.Contains("batch_cancelled", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_of_a_wrong_shape_is_an_error_line_with_its_http_status()
    {
        var wrong = """{"custom_id":"x","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-5-mini"}}""" + "\n";
        var id = (await _scene.CreateOpenAI((await _scene.Upload(Scene.ChatLines(2) + wrong)).Of("id"))).Of("id");
        _scene.Pass(TimeSpan.FromHours(1));

        var error = JsonElement.Parse(System.Text.Encoding.UTF8.GetBytes(Assert.Single((await _scene.Output(id, "error_file_id")).Lines)));

        Assert.Equal("x", error.GetProperty("custom_id").GetString());
        Assert.Equal(JsonValueKind.Null, error.GetProperty("error").ValueKind);
        Assert.Equal(400, error.GetProperty("response").GetProperty("status_code").GetInt32());
        Assert.Equal(2, Count(await _scene.GetOpenAI(id), "completed"));
    }

    [Fact]
    public async Task More_tokens_than_the_queue_takes_fail_the_second_batch_of_that_model()
    {
        using var scene = new Scene(new SandboxOptions { OpenAIQueueTokens = 800 });
        var first = await scene.OpenAIBatch(15);
        scene.Pass(TimeSpan.FromMinutes(1));
        var second = await scene.OpenAIBatch(15);
        scene.Pass(TimeSpan.FromMinutes(1));

        Assert.NotEqual("failed", (await scene.GetOpenAI(first)).GetProperty("status").GetString());
        Assert.Equal("failed", (await scene.GetOpenAI(second)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Lists_page_from_the_newest_back()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await _scene.OpenAIBatch(1));

        var page = (await _scene.OpenAI("GET", "/v1/batches?limit=3")).Json;
        var rest = (await _scene.OpenAI("GET", $"/v1/batches?limit=3&after={page.GetProperty("last_id").GetString()}")).Json;

        Assert.True(page.GetProperty("has_more").GetBoolean());
        Assert.False(rest.GetProperty("has_more").GetBoolean());
        Assert.Equal(ids, page.GetProperty("data").EnumerateArray().Concat(rest.GetProperty("data").EnumerateArray()).Select(b => b.GetProperty("id").GetString() ?? ""));
    }

    [Fact]
    public async Task Files_are_gone_after_30_days_and_when_deleted()
    {
        var (kept, deleted) = ((await _scene.Upload("a\n")).Of("id"), (await _scene.Upload("b\n")).Of("id"));

        await _scene.OpenAI("DELETE", "/v1/files/" + deleted);
        Assert.Equal(404, (await _scene.OpenAI("GET", "/v1/files/" + deleted)).Status);
        Assert.Equal("a\n", (await _scene.OpenAI("GET", $"/v1/files/{kept}/content")).Text);
        _scene.Pass(TimeSpan.FromDays(30));
        Assert.Equal(404, (await _scene.OpenAI("GET", "/v1/files/" + kept)).Status);
    }

    [Fact]
    public async Task A_result_file_says_the_size_it_has()
    {
        var id = await _scene.OpenAIBatch(7);
        _scene.Pass(TimeSpan.FromHours(1));
        var file = (await _scene.GetOpenAI(id)).GetProperty("output_file_id").GetString();

        var shown = (await _scene.OpenAI("GET", "/v1/files/" + file)).Json;

        Assert.Equal((await _scene.Output(id)).Body.Length, shown.GetProperty("bytes").GetInt64());
        Assert.Equal("batch_output", shown.GetProperty("purpose").GetString());
    }

    private static int Count(JsonElement batch, string name) => batch.GetProperty("request_counts").GetProperty(name).GetInt32();
}
