namespace Parsimony.Providers.Tests;

/// <summary>What every provider with live calls and batches must do, against its simulated twin.</summary>
public abstract class ProviderConformance : ResultConformance
{
    [Theory]
    [InlineData(null)]
    [InlineData("results_shuffled")]
    [InlineData("counts_lag")]
    [InlineData("slow_bytes")]
    public async Task A_batch_is_answered_by_custom_id_and_its_bill_is_what_the_answers_say(string? fault)
    {
        if (fault is not null)
        {
            Scene.Fault(fault);
        }

        var (id, staged) = await Scene.SubmitAsync();
        Assert.Equal(BatchPhase.Running, (await Scene.SeenAsync(id)).Phase);
        var ended = await Scene.EndAsync(id);
        var lines = await Scene.ReadAsync(ended);

        Assert.Equal(Scene.Ids.Order(StringComparer.Ordinal), lines.Select(line => line.CustomId).Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, Subject.Items).Select(number => (long)number), lines.Select(line => line.LineNumber));
        Assert.All(lines, line => Assert.NotEmpty(Scene.Provider.ReadChat(Answered(line).Body).Text));
        Scene.AssertBilled(lines.Select(Answered));
        Assert.Null(await Scene.CleanAsync(ended, staged));
        Assert.Null(await Scene.CleanAsync(ended, staged));
    }

    [Fact]
    public void It_has_as_many_batches_open_as_its_connection_says() =>
        Assert.Equal([ProviderScene.MaxOpenBatches], Scene.Batches.Limits.OpenBatchCaps.Select(cap => cap.Counts(Subject.Model) ? cap.Most : 0));

    [Fact]
    public async Task A_batch_whose_create_reply_was_lost_is_found_again()
    {
        Scene.Fault("create_reply_lost", "batch.create");
        var staged = await Scene.StageAsync();

        Assert.IsType<CreateOutcome.Uncertain>(await Scene.CreateAsync(staged));
        var found = Assert.Single(await Scene.FindAsync(staged));

        Assert.Equal(Scene.Batches.Limits.OrphanSearch == OrphanSearch.ByKey, found.IsProven);
        Assert.Equal(Subject.Items, (await Scene.ReadAsync(await Scene.EndAsync(found.ProviderBatchId))).Count(line => line.Kind == BatchLineKind.Answered));
    }

    [Fact]
    public async Task A_create_that_never_arrived_leaves_nothing_to_find()
    {
        Scene.Fault("create_lost", "batch.create");
        var staged = await Scene.StageAsync();

        Assert.IsType<CreateOutcome.Uncertain>(await Scene.CreateAsync(staged));

        Assert.Empty(await Scene.FindAsync(staged));
        Assert.Empty(Scene.World.Bill.Lines);
    }

    [Fact]
    public async Task A_batch_of_another_key_is_not_taken_for_ours()
    {
        var (_, staged) = await Scene.SubmitAsync();
        var other = new StagedInput(staged.Reference.Length == 0 ? "" : "another");

        Assert.DoesNotContain(await Scene.FindAsync(other, "p-0198-other"), candidate => candidate.IsProven);
    }

    [Fact]
    public async Task A_batch_that_is_not_there_at_first_is_not_lost()
    {
        Scene.Fault("not_found_after_create", "batch.get");
        var (id, _) = await Scene.SubmitAsync();

        Assert.IsType<PollOutcome.NotFound>(await Scene.PollAsync(id));
        Assert.Equal(Subject.Items, (await Scene.ReadAsync(await Scene.EndAsync(id))).Count);
    }

    [Fact]
    public async Task What_finished_before_a_batch_expired_is_kept_where_the_provider_keeps_it()
    {
        Scene.Fault("expires_halfway");
        var (id, _) = await Scene.SubmitAsync();
        var lines = await Scene.ReadAsync(await Scene.EndAsync(id));

        var answered = lines.Where(line => line.Kind == BatchLineKind.Answered).ToList();
        Assert.Equal(Scene.Batches.Limits.KeepsFinishedOnExpiry, answered.Count > 0);
        Assert.True(answered.Count < Subject.Items);
        Scene.AssertBilled(answered.Select(Answered));
        AssertUnrun(lines, answered.Count);
    }

    [Fact]
    public async Task A_cancelled_batch_is_read_for_what_it_had_answered()
    {
        Scene.Fault("cancel_slow");
        var (id, _) = await Scene.SubmitAsync();
        Scene.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(await Scene.CancelAsync(id));
        if (Subject.CancelDeletes)
        {
            Assert.IsType<PollOutcome.NotFound>(await Scene.PollAsync(id));
            Assert.Null(await Scene.CancelAsync(id));
            return;
        }

        Assert.Equal(Subject.ShowsCancelling ? BatchPhase.Cancelling : BatchPhase.Running, (await Scene.SeenAsync(id)).Phase);
        var lines = await Scene.ReadAsync(await Scene.EndAsync(id));
        var answered = lines.Where(line => line.Kind == BatchLineKind.Answered).ToList();
        Scene.AssertBilled(answered.Select(Answered));
        AssertUnrun(lines, answered.Count);
        Assert.Null(await Scene.CancelAsync(id));
    }

    [Fact]
    public async Task An_upload_that_breaks_can_be_repeated()
    {
        Scene.Fault("disconnect_upload", Subject.IsStaged ? "file.upload" : "batch.create", ""","value":200""");

        if (Subject.IsStaged)
        {
            Assert.True(Assert.IsType<StageOutcome.Failed>(await Scene.Batches.StageAsync(Scene.Input(), Token)).Failure.CanRetry);
        }
        else
        {
            Assert.IsType<CreateOutcome.Uncertain>(await Scene.CreateAsync(StagedInput.Inline));
            Assert.Empty(await Scene.FindAsync(StagedInput.Inline));
        }

        Assert.Equal(Subject.Items, (await Scene.ResultsAsync()).Count);
    }

    [Fact]
    public async Task A_batch_goes_up_breaks_off_and_comes_down_over_TLS_and_HTTP2()
    {
        var (scene, host) = await ProviderScene.OverTlsAsync(Subject);
        await using var running = host;
        using var secure = scene;

        var (id, staged) = await secure.SubmitAsync();
        var ended = await secure.EndAsync(id);
        secure.Fault("disconnect_download");
        var broken = await Assert.ThrowsAsync<ProviderException>(() => secure.ReadAsync(ended));
        var lines = await secure.ReadAsync(ended);

        Assert.True(broken.Failure.CanRetry, broken.Failure.ToString());
        Assert.Equal(secure.Ids.Order(StringComparer.Ordinal), lines.Select(line => line.CustomId).Order(StringComparer.Ordinal));
        secure.AssertBilled(lines.Select(Answered));
        Assert.Null(await secure.CleanAsync(ended, staged));
    }

    [Fact]
    public async Task A_create_that_is_refused_made_nothing_and_one_that_fails_may_have()
    {
        var staged = await Scene.StageAsync();
        Scene.Fault("rate_limited", "batch.create", ""","value":30""");
        var refused = Assert.IsType<CreateOutcome.Refused>(await Scene.CreateAsync(staged)).Failure;
        Scene.Fault("server_error", "batch.create");
        var uncertain = Assert.IsType<CreateOutcome.Uncertain>(await Scene.CreateAsync(staged)).Failure;

        Assert.Equal((FailureCause.RateLimited, TimeSpan.FromSeconds(30)), (refused.Cause, refused.RetryAfter));
        Assert.Equal(FailureCause.ServerError, uncertain.Cause);
        Assert.Empty(await Scene.FindAsync(staged));
    }

    [Fact]
    public async Task A_wrong_key_submits_nothing_and_says_so_after_one_call()
    {
        using var scene = new ProviderScene(Subject, Subject.WrongKey);

        var staging = await scene.Batches.StageAsync(scene.Input(), Token);
        var failure = staging is StageOutcome.Staged inline
            ? Assert.IsType<CreateOutcome.Refused>(await scene.CreateAsync(inline.Input)).Failure
            : Assert.IsType<StageOutcome.Failed>(staging).Failure;

        Assert.True(failure.IsCredential, failure.ToString());
        Assert.Single(scene.Calls);
    }

    [Fact]
    public async Task Two_runs_send_the_same_bytes()
    {
        using var again = new ProviderScene(Subject);

        await Scene.SubmitAsync();
        await again.SubmitAsync();

        Assert.Equal(Scene.Calls, again.Calls);
        Assert.All(Scene.Ids, id => Assert.Contains(Scene.Calls, call => call.Contains($"\"{id}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_line_is_never_longer_than_it_was_measured()
    {
        var measured = 0L;
        await foreach (var item in Scene.Input().Items(Token))
        {
            measured += Assert.NotNull(Scene.Batches.MeasureLine(item.Envelope));
        }

        await Scene.SubmitAsync();
        Assert.InRange(Scene.Calls.Max(call => call.Length), 1, measured + 2_000);
    }

    /// <summary>What never ran says so, or has no line.</summary>
    private void AssertUnrun(List<BatchLine> lines, int answered)
    {
        Assert.Equal(Subject.ListsUnrun ? Subject.Items : answered, lines.Count);
        Assert.All(lines.Where(line => line.Kind != BatchLineKind.Answered), line => Assert.Contains(line.Kind, new[] { BatchLineKind.Expired, BatchLineKind.Cancelled }));
    }
}
