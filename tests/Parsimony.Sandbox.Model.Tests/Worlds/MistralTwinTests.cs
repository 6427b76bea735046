using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class MistralTwinTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_job_passes_every_state_in_order()
    {
        var id = await _scene.MistralJobAsync();
        var states = new List<string?>();
        for (var i = 0; i < 2_000; i++)
        {
            var state = (await JobAsync(id)).GetProperty("status").GetString();
            if (states.LastOrDefault() != state)
                states.Add(state);
            _scene.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["QUEUED", "RUNNING", "SUCCESS"], states);
        var job = await JobAsync(id);
        Assert.Equal((10, 10, 0), (job.GetProperty("completed_requests").GetInt32(), job.GetProperty("succeeded_requests").GetInt32(), job.GetProperty("failed_requests").GetInt32()));
        Assert.Equal(JsonValueKind.Null, job.GetProperty("error_file").ValueKind);
    }

    [Fact]
    public async Task A_job_that_succeeded_may_have_failed_requests_in_a_file_of_their_own()
    {
        _scene.Fault("""{"fault":"refuse_item","custom_id":"item-3"}""");
        var id = await _scene.MistralJobAsync();
        _scene.Pass(TimeSpan.FromHours(1));
        var job = await JobAsync(id);

        var failed = await _scene.CallAsync("mistral", "GET", $"/v1/files/{job.GetProperty("error_file").GetString()}/content");

        Assert.Equal("SUCCESS", job.GetProperty("status").GetString());
        Assert.Equal(["item-3"], Scene.Ids(failed));
        Assert.Equal(9, (await _scene.CallAsync("mistral", "GET", $"/v1/files/{job.GetProperty("output_file").GetString()}/content")).Lines.Length);
    }

    [Fact]
    public async Task The_list_is_turned_by_page_numbers_newest_first_and_filtered()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await _scene.MistralJobAsync());
            _scene.Pass(TimeSpan.FromMinutes(1));
        }

        var first = await _scene.GetAsync("mistral", "/v1/batch/jobs?page=0&page_size=2&order_by=-created");
        var last = await _scene.GetAsync("mistral", "/v1/batch/jobs?page=2&page_size=2&order_by=-created");
        var recent = await _scene.GetAsync("mistral", $"/v1/batch/jobs?created_after={StandingClock.Start.AddMinutes(2.5).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");

        Assert.Equal([ids[4], ids[3]], Ids(first));
        Assert.Equal([ids[0]], Ids(last));
        Assert.Equal(5, first.GetProperty("total").GetInt32());
        Assert.Equal([ids[4], ids[3]], Ids(recent));
        Assert.Empty(Ids(await _scene.GetAsync("mistral", "/v1/batch/jobs?status=CANCELLED&status=FAILED")));
    }

    [Theory]
    [InlineData("""{"custom_id":"a"}""")]
    [InlineData("not json")]
    [InlineData("""{"custom_id":"a","body":{"model":"another"}}""")]
    public async Task A_wrong_line_fails_the_job(string line)
    {
        var id = await _scene.MistralJobAsync(line + "\n");
        _scene.Pass(TimeSpan.FromHours(1));

        var job = await JobAsync(id);

        Assert.Equal(("FAILED", 1), (job.GetProperty("status").GetString(), job.GetProperty("errors").GetArrayLength()));
    }

    [Fact]
    public async Task A_job_needs_a_window_of_a_week_at_most_and_metadata_of_texts()
    {
        var file = (await _scene.PostFileAsync("mistral", "/v1/files", OwnBatchGiven.Rows(1))).Of("id");

        Assert.Equal(422, await CreateAsync(file, "\"timeout_hours\":169"));
        Assert.Equal(422, await CreateAsync(file, "\"metadata\":{\"a\":1}"));
        Assert.Equal(200, await CreateAsync(file, "\"timeout_hours\":168"));
    }

    [Fact]
    public async Task Members_it_does_not_know_are_refused_and_a_stream_tells_its_usage_unasked()
    {
        const string Question = """{"model":"mistral-small-latest","messages":[{"role":"user","content":"hi"}],""";

        Assert.Equal(422, (await _scene.CallAsync("mistral", "POST", "/v1/chat/completions", Question + "\"stream_options\":{}}")).Status);
        Assert.Contains("\"usage\"", (await _scene.CallAsync("mistral", "POST", "/v1/chat/completions", Question + "\"stream\":true}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reasoning_model_says_what_it_thought_as_a_part_of_its_content()
    {
        var answer = await _scene.CallAsync("mistral", "POST", "/v1/chat/completions", """{"model":"magistral-small-latest","messages":[{"role":"user","content":"hi"}]}""");

        var content = answer.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content");
        Assert.Equal(["thinking", "text"], content.EnumerateArray().Select(part => part.GetProperty("type").GetString()));
    }

    private Task<JsonElement> JobAsync(string id) => _scene.GetAsync("mistral", "/v1/batch/jobs/" + id);

    private async Task<int> CreateAsync(string file, string more) => (await _scene.CallAsync(
        "mistral", "POST", "/v1/batch/jobs", $$"""{"endpoint":"/v1/chat/completions","model":"m","input_files":["{{file}}"],{{more}}}""")).Status;

    private static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("data").EnumerateArray().Select(job => job.GetProperty("id").GetString());
}
