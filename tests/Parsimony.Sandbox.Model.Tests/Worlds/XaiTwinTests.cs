using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class XaiTwinTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_batch_has_counters_and_no_status()
    {
        var id = await _scene.XaiBatchAsync();

        var validating = await BatchAsync(id);
        _scene.Pass(TimeSpan.FromHours(1));
        var ended = await BatchAsync(id);

        Assert.False(ended.TryGetProperty("status", out _));
        Assert.Equal(0, Count(validating, "num_requests"));
        Assert.Equal((10, 0, 10), (Count(ended, "num_requests"), Count(ended, "num_pending"), Count(ended, "num_success")));
    }

    [Fact]
    public async Task Results_can_be_read_before_the_end_in_pages_with_a_token()
    {
        var id = await _scene.XaiBatchAsync(OwnBatchGiven.XaiRows(100));
        while (Count(await BatchAsync(id), "num_success") < 30)
            _scene.Pass(TimeSpan.FromSeconds(5));

        var first = await _scene.GetAsync("xai", $"/v1/batches/{id}/results?limit=20");
        var second = await _scene.GetAsync("xai", $"/v1/batches/{id}/results?limit=20&pagination_token={first.GetProperty("pagination_token").GetString()}");

        Assert.True(Count(await BatchAsync(id), "num_pending") > 0);
        Assert.Equal(20, first.GetProperty("results").GetArrayLength());
        Assert.Equal("item-20", second.GetProperty("results")[0].GetProperty("batch_request_id").GetString());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("pagination_token").ValueKind);
    }

    [Fact]
    public async Task One_bad_line_cancels_the_whole_batch()
    {
        var id = await _scene.XaiBatchAsync(OwnBatchGiven.XaiRows(3) + "not json\n");
        _scene.Pass(TimeSpan.FromHours(1));

        var batch = await BatchAsync(id);

        Assert.NotEqual(JsonValueKind.Null, batch.GetProperty("cancel_time").ValueKind);
        Assert.NotEqual("", batch.GetProperty("cancel_by_xai_message").GetString());
        Assert.Empty(_scene.World.Bill.Lines);
    }

    [Fact]
    public async Task The_list_is_turned_by_tokens_and_a_cancel_has_a_colon()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            await _scene.XaiBatchAsync(name: name);
            _scene.Pass(TimeSpan.FromSeconds(2));
        }

        var first = await _scene.GetAsync("xai", "/v1/batches?limit=2");
        var rest = await _scene.GetAsync("xai", $"/v1/batches?limit=2&pagination_token={first.GetProperty("pagination_token").GetString()}");
        var id = rest.GetProperty("batches")[0].GetProperty("batch_id").GetString();

        Assert.Equal("c", rest.GetProperty("batches")[0].GetProperty("name").GetString());
        Assert.Equal(404, (await _scene.CallAsync("xai", "POST", $"/v1/batches/{id}/cancel")).Status);
        Assert.Equal(200, (await _scene.CallAsync("xai", "POST", $"/v1/batches/{id}:cancel")).Status);
    }

    [Fact]
    public async Task Two_batches_a_second_are_enough()
    {
        await _scene.XaiBatchAsync();
        await _scene.XaiBatchAsync();
        var file = (await _scene.PostFileAsync("xai", "/v1/files", OwnBatchGiven.XaiRows(1))).Of("id");

        Assert.Equal(429, (await _scene.CallAsync("xai", "POST", "/v1/batches", $$"""{"name":"n","input_file_id":"{{file}}"}""")).Status);
    }

    [Fact]
    public async Task Reasoning_is_counted_beside_the_completion_and_an_unknown_key_is_an_invalid_argument()
    {
        var usage = (await _scene.CallAsync("xai", "POST", "/v1/chat/completions", """{"model":"grok-4.3","messages":[{"role":"user","content":"hi"}]}""")).Json.GetProperty("usage");
        var reasoning = usage.GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt32();

        Assert.True(reasoning > 0);
        Assert.Equal(usage.GetProperty("prompt_tokens").GetInt32() + usage.GetProperty("completion_tokens").GetInt32() + reasoning, usage.GetProperty("total_tokens").GetInt32());
        Assert.Equal(400, (await _scene.SendAsync("xai", "GET", "/v1/batches", key: "wrong-key")).Status);
    }

    private Task<JsonElement> BatchAsync(string id) => _scene.GetAsync("xai", "/v1/batches/" + id);

    private static int Count(JsonElement batch, string name) => batch.GetProperty("state").GetProperty(name).GetInt32();
}
