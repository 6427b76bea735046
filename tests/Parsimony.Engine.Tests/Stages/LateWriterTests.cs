namespace Parsimony.Engine.Tests;

/// <summary>A stage that is stopped until its lease has ended and somebody else, on this node or another, has done its work: what it heard is out of date.</summary>
public sealed class LateWriterTests
{
    [Fact]
    public async Task A_refusal_heard_late_takes_nothing_out_of_the_batch_that_was_submitted_since()
    {
        await using var world = new StageWorld();
        var batch = await SubmitLateAsync(world, new ProviderFailure(FailureStage.Create, FailureCause.Unsupported, 404));

        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Batched, request.State));
        Assert.Equal((BatchState.Running, "batch 1"), (batch.State, batch.ProviderBatchId));
    }

    [Fact]
    public async Task A_line_refused_late_is_not_expelled_from_the_batch_that_was_submitted_since()
    {
        await using var world = new StageWorld();
        var batch = await SubmitLateAsync(world, new ProviderFailure(FailureStage.Create, FailureCause.InvalidRequest, 400, Line: 1));

        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Batched, request.State));
        Assert.Equal((BatchState.Running, "batch 1"), (batch.State, batch.ProviderBatchId));
    }

    [Fact]
    public async Task A_submitter_that_outlasts_its_lease_does_not_pass_for_another_of_its_process()
    {
        await using var world = new StageWorld();
        var reply = new TaskCompletionSource();
        var second = Task.CompletedTask;
        world.Batches.WhileUploading = async () =>
        {
            world.Batches.WhileUploading = static () => Task.CompletedTask;
            world.Batches.Meanwhile = () => reply.Task;
            await world.RunAsync("rescuer", TimeSpan.FromMinutes(18));
            second = world.RunAsync("submitter");
            world.Batches.Meanwhile = static () => Task.CompletedTask;
        };

        await world.RunningAsync();
        reply.SetResult();
        await second;

        Assert.Single(world.Batches.Creates);
    }

    [Fact]
    public async Task A_cancel_heard_late_does_not_mark_the_batch_that_was_submitted_since()
    {
        await using var world = new StageWorld();
        var batch = await world.RunningAsync();
        await world.Store.Requests.CancelAsync("run", null, world.Now, StageWorld.Token);
        world.Batches.Poll = static _ => new PollOutcome.Seen(new BatchSnapshot
        {
            ProviderBatchId = "batch 1",
            Phase = BatchPhase.Rejected,
            Rejection = new ProviderFailure(FailureStage.Create, FailureCause.QueueLimit),
        });
        world.Batches.Meanwhile = async () =>
        {
            world.Batches.Meanwhile = static () => Task.CompletedTask;
            await world.RunAsync("poller", TimeSpan.FromMinutes(18));
            await world.RunAsync("submitter", TimeSpan.FromMinutes(30));
        };
        await world.RunAsync("escalator");

        var submitted = await world.BatchAsync(batch.Id);
        Assert.Equal((BatchState.Running, "batch 2"), (submitted.State, submitted.ProviderBatchId));
    }

    /// <summary>A create is refused; its submitter hears so only when the batch has been looked for, not found, and submitted again.</summary>
    private static async Task<Batch> SubmitLateAsync(StageWorld world, ProviderFailure refusal)
    {
        world.Batches.Create = _ => new CreateOutcome.Refused(refusal);
        world.Batches.Meanwhile = async () =>
        {
            world.Batches.Meanwhile = static () => Task.CompletedTask;
            world.Batches.Create = null;
            await world.RunAsync("rescuer", TimeSpan.FromMinutes(18));
            await world.RunAsync("rescuer", TimeSpan.FromMinutes(3));
            await world.RunAsync("submitter");
        };
        var batch = await world.RunningAsync();
        return await world.BatchAsync(batch.Id);
    }
}
