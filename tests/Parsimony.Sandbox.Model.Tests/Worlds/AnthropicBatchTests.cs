using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class AnthropicBatchTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Counts_stay_0_until_the_whole_batch_has_ended()
    {
        var id = await _scene.AnthropicBatch(50);
        _scene.Pass(TimeSpan.FromMinutes(1));
        var during = await _scene.GetAnthropic(id);
        _scene.Pass(TimeSpan.FromHours(1));
        var ended = await _scene.GetAnthropic(id);

        Assert.Equal("in_progress", during.GetProperty("processing_status").GetString());
        Assert.Equal(50, Count(during, "processing"));
        Assert.Equal(0, Count(during, "succeeded"));
        Assert.Equal(JsonValueKind.Null, during.GetProperty("results_url").ValueKind);
        Assert.Equal(50, Count(ended, "succeeded"));
        Assert.EndsWith($"/v1/messages/batches/{id}/results", ended.GetProperty("results_url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_are_refused_before_the_end()
    {
        var id = await _scene.AnthropicBatch(3);

        Assert.Equal(404, (await _scene.Results(id)).Status);
    }

    [Fact]
    public async Task A_wrong_body_is_found_out_only_in_the_results()
    {
        var body = """{"requests":[{"custom_id":"a","params":{"model":"claude-sonnet-5","messages":[{"role":"user","content":"x"}]}},{"custom_id":"b","params":"""
            + Scene.MessageBody("x") + "}]}";
        var created = await _scene.Anthropic("POST", "/v1/messages/batches", body);
        _scene.Pass(TimeSpan.FromHours(1));

        var lines = (await _scene.Results(created.Of("id"))).Lines;
        var error = JsonElement.Parse(Encoding.UTF8.GetBytes(lines[0])).GetProperty("result");

        Assert.Equal(200, created.Status);
        Assert.Equal("errored", error.GetProperty("type").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("error").GetProperty("error").GetProperty("type").GetString());
        Assert.Single(_scene.World.Bill.Lines);
    }

    [Theory]
    [InlineData("""{"requests":[]}""")]
    [InlineData("""{"requests":[{"custom_id":"a b","params":{}}]}""")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{}},{"custom_id":"a","params":{}}]}""")]
    [InlineData("""{"requests":[{"params":{}}]}""")]
    [InlineData("""{"requests":[{"custom_id":"a","params":{}}""")]
    [InlineData("{}")]
    public async Task A_create_that_cannot_be_taken_is_a_400(string body)
    {
        var sent = await _scene.Anthropic("POST", "/v1/messages/batches", body);

        Assert.Equal(400, sent.Status);
        Assert.Equal("invalid_request_error", sent.Json.GetProperty("error").GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_cancelled_batch_ends_with_its_finished_and_its_canceled_lines()
    {
        var id = await _scene.AnthropicBatch(400);
        _scene.Pass(TimeSpan.FromMinutes(1));
        var cancel = await _scene.Anthropic("POST", $"/v1/messages/batches/{id}/cancel");
        _scene.Pass(TimeSpan.FromMinutes(5));

        var batch = await _scene.GetAnthropic(id);

        Assert.Equal("canceling", cancel.Of("processing_status"));
        Assert.Equal("ended", batch.GetProperty("processing_status").GetString());
        Assert.Equal(400, Count(batch, "succeeded") + Count(batch, "canceled"));
        Assert.Equal(Count(batch, "succeeded"), _scene.World.Bill.Lines.Count);
        Assert.Equal(Count(batch, "canceled"), (await _scene.Results(id)).Lines.Count(l => l.Contains("\"canceled\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Results_are_archived_29_days_after_the_create()
    {
        var id = await _scene.AnthropicBatch(1);
        _scene.Pass(TimeSpan.FromDays(29));

        Assert.Equal(404, (await _scene.Results(id)).Status);
        Assert.NotEqual(JsonValueKind.Null, (await _scene.GetAnthropic(id)).GetProperty("archived_at").ValueKind);
    }

    [Fact]
    public async Task Only_an_ended_batch_is_deleted()
    {
        var id = await _scene.AnthropicBatch(1);
        var early = await _scene.Anthropic("DELETE", "/v1/messages/batches/" + id);
        _scene.Pass(TimeSpan.FromHours(1));
        var late = await _scene.Anthropic("DELETE", "/v1/messages/batches/" + id);

        Assert.Equal(400, early.Status);
        Assert.Equal("message_batch_deleted", late.Of("type"));
        Assert.Equal(404, (await _scene.Anthropic("GET", "/v1/messages/batches/" + id)).Status);
    }

    [Fact]
    public async Task Pages_go_back_and_forth()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await _scene.AnthropicBatch(1));

        var older = (await _scene.Anthropic("GET", $"/v1/messages/batches?limit=2&after_id={ids[1]}")).Json;
        var newer = (await _scene.Anthropic("GET", $"/v1/messages/batches?limit=2&before_id={ids[2]}")).Json;

        Assert.Equal(ids[2..4], older.GetProperty("data").EnumerateArray().Select(b => b.GetProperty("id").GetString() ?? ""));
        Assert.True(older.GetProperty("has_more").GetBoolean());
        Assert.Equal(ids[..2], newer.GetProperty("data").EnumerateArray().Select(b => b.GetProperty("id").GetString() ?? ""));
        Assert.False(newer.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Requests_longer_than_a_window_are_found()
    {
        var text = new string('x', 700_000);
        var body = $"{{\"requests\":[{{\"custom_id\":\"a\",\"params\":{Scene.MessageBody(text)}}},{{\"custom_id\":\"b\",\"params\":{Scene.MessageBody("y")}}}]}}";
        var id = (await _scene.Anthropic("POST", "/v1/messages/batches", body)).Of("id");
        _scene.Pass(TimeSpan.FromHours(1));

        Assert.Equal(["a", "b"], Scene.Ids(await _scene.Results(id)));
        Assert.Equal([175_000, 1], _scene.World.Bill.Lines.Select(l => l.Usage.TotalInput));
    }

    private static int Count(JsonElement batch, string name) => batch.GetProperty("request_counts").GetProperty(name).GetInt32();
}
