using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>One test for each fault a batch is born with, or that strikes its cancel or its items.</summary>
public sealed class BatchFaultTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Empty_output_leaves_OpenAI_with_an_error_file_only()
    {
        _scene.Fault("""{"fault":"empty_output"}""");
        var id = await _scene.OpenAIBatch(4);
        _scene.Pass(TimeSpan.FromHours(1));

        var batch = await _scene.GetOpenAI(id);
        var errors = await _scene.Output(id, "error_file_id");

        Assert.Equal("completed", batch.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, batch.GetProperty("output_file_id").ValueKind);
        Assert.Equal(4, errors.Lines.Length);
        Assert.Empty(_scene.World.Bill.Lines);
    }

    [Fact]
    public async Task Empty_output_errors_every_line_of_Anthropic()
    {
        _scene.Fault("""{"fault":"empty_output"}""");
        var id = await _scene.AnthropicBatch(4);
        _scene.Pass(TimeSpan.FromHours(1));

        Assert.Equal(4, Count(await _scene.GetAnthropic(id), "errored"));
        Assert.All((await _scene.Results(id)).Lines, l => Assert.Contains("\"invalid_request_error\"", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counts_lag_behind_a_finished_batch()
    {
        _scene.Fault("""{"fault":"counts_lag","value":3600,"times":2}""");
        var (first, second) = (await _scene.OpenAIBatch(5), await _scene.AnthropicBatch(5));
        _scene.Pass(TimeSpan.FromMinutes(30));

        var (openAI, anthropic) = (await _scene.GetOpenAI(first), await _scene.GetAnthropic(second));
        _scene.Pass(TimeSpan.FromHours(1));
        var (openAILater, anthropicLater) = (await _scene.GetOpenAI(first), await _scene.GetAnthropic(second));

        Assert.Equal("completed", openAI.GetProperty("status").GetString());
        Assert.Equal("ended", anthropic.GetProperty("processing_status").GetString());
        Assert.Equal(0, Count(openAI, "completed"));
        Assert.Equal(5, Count(anthropic, "processing"));
        Assert.Equal(5, Count(openAILater, "completed"));
        Assert.Equal(5, Count(anthropicLater, "succeeded"));
    }

    [Fact]
    public async Task Job_stuck_stays_in_progress_until_it_is_cancelled()
    {
        _scene.Fault("""{"fault":"job_stuck"}""");
        var id = await _scene.OpenAIBatch(10);
        _scene.Pass(TimeSpan.FromHours(20));

        var stuck = await _scene.GetOpenAI(id);
        await _scene.OpenAI("POST", $"/v1/batches/{id}/cancel");
        _scene.Pass(TimeSpan.FromMinutes(5));
        var cancelled = await _scene.GetOpenAI(id);

        Assert.Equal("in_progress", stuck.GetProperty("status").GetString());
        Assert.Equal(5, Count(stuck, "completed"));
        Assert.Equal("cancelled", cancelled.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Job_stuck_expires_after_a_day()
    {
        _scene.Fault("""{"fault":"job_stuck"}""");
        var id = await _scene.AnthropicBatch(10);
        _scene.Pass(TimeSpan.FromHours(24.1));

        Assert.Equal(5, Count(await _scene.GetAnthropic(id), "expired"));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Expires_halfway_keeps_and_bills_what_was_done(string provider)
    {
        _scene.Fault("""{"fault":"expires_halfway","value":0.3}""");
        var id = provider == "openai" ? await _scene.OpenAIBatch(10) : await _scene.AnthropicBatch(10);
        _scene.Pass(TimeSpan.FromHours(1));

        Assert.Equal(3, _scene.World.Bill.Lines.Count);
        if (provider == "openai")
        {
            Assert.Equal("expired", (await _scene.GetOpenAI(id)).GetProperty("status").GetString());
            Assert.Equal(3, (await _scene.Output(id)).Lines.Length);
            Assert.All((await _scene.Output(id, "error_file_id")).Lines, l => Assert.Contains("batch_expired", l, StringComparison.Ordinal));
        }
        else
        {
            Assert.Equal(7, Count(await _scene.GetAnthropic(id), "expired"));
            Assert.Equal(7, (await _scene.Results(id)).Lines.Count(l => l.Contains("\"expired\"", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Expires_halfway_waits_for_the_second_value()
    {
        _scene.Fault("""{"fault":"expires_halfway","value":0.5,"value2":7200}""");
        var id = await _scene.OpenAIBatch(10);

        _scene.Pass(TimeSpan.FromMinutes(119));
        var before = await _scene.GetOpenAI(id);
        _scene.Pass(TimeSpan.FromMinutes(2));
        var after = await _scene.GetOpenAI(id);

        Assert.Equal("in_progress", before.GetProperty("status").GetString());
        Assert.Equal("expired", after.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Cancel_slow_takes_minutes_and_still_finishes_some(string provider)
    {
        _scene.Fault("""{"fault":"cancel_slow","value":240}""");
        var path = provider == "openai" ? "/v1/batches/" : "/v1/messages/batches/";
        var id = provider == "openai" ? await _scene.OpenAIBatch(9) : await _scene.AnthropicBatch(9);
        _scene.Pass(TimeSpan.FromSeconds(30));

        await _scene.SendAsync(provider, "POST", path + id + "/cancel");
        var billed = _scene.World.Bill.Lines.Count;
        _scene.Pass(TimeSpan.FromSeconds(200));
        var during = (await _scene.SendAsync(provider, "GET", path + id)).Text;
        _scene.Pass(TimeSpan.FromSeconds(60));
        var after = (await _scene.SendAsync(provider, "GET", path + id)).Text;

        Assert.Contains(provider == "openai" ? "\"cancelling\"" : "\"canceling\"", during, StringComparison.Ordinal);
        Assert.Contains(provider == "openai" ? "\"cancelled\"" : "\"ended\"", after, StringComparison.Ordinal);
        Assert.InRange(_scene.World.Bill.Lines.Count, billed + 1, 8);
    }

    [Fact]
    public async Task Queue_limit_after_create_fails_an_accepted_OpenAI_batch()
    {
        _scene.Fault("""{"fault":"queue_limit_after_create"}""");
        var id = await _scene.OpenAIBatch();
        var created = await _scene.GetOpenAI(id);
        _scene.Pass(TimeSpan.FromMinutes(5));
        var failed = await _scene.GetOpenAI(id);

        Assert.Equal("validating", created.GetProperty("status").GetString());
        Assert.Equal("failed", failed.GetProperty("status").GetString());
        Assert.Equal("token_limit_exceeded", failed.GetProperty("errors").GetProperty("data")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Queue_limit_after_create_is_a_429_at_Anthropic()
    {
        _scene.Fault("""{"fault":"queue_limit_after_create"}""");

        Assert.Equal(429, (await _scene.CreateAnthropic()).Status);
        Assert.Equal(200, (await _scene.CreateAnthropic()).Status);
    }

    [Theory]
    [InlineData("refuse_item", "\"status_code\":400", "invalid_request_error")]
    [InlineData("item_server_error", "\"status_code\":500", "api_error")]
    public async Task A_fault_of_one_item_leaves_the_others_alone(string fault, string openAI, string anthropic)
    {
        _scene.Fault($$"""{"fault":"{{fault}}","custom_id":"item-1","times":2}""");
        var (first, second) = (await _scene.OpenAIBatch(3), await _scene.AnthropicBatch(3));
        _scene.Pass(TimeSpan.FromHours(1));

        Assert.Equal(["item-0", "item-2"], Scene.Ids(await _scene.Output(first)));
        var refused = Assert.Single((await _scene.Output(first, "error_file_id")).Lines);
        Assert.Contains(openAI, refused, StringComparison.Ordinal);
        Assert.Contains(anthropic, (await _scene.Results(second)).Lines[1], StringComparison.Ordinal);
        Assert.Equal(4, _scene.World.Bill.Lines.Count);
    }

    private static int Count(JsonElement batch, string name) => batch.GetProperty("request_counts").GetProperty(name).GetInt32();
}
