namespace Parsimony.Providers.Tests;

/// <summary>What every provider's results must be read for, against its simulated twin.</summary>
public abstract class ResultConformance : LiveConformance
{
    [Fact]
    public async Task A_line_that_comes_twice_is_told_twice()
    {
        Scene.Fault("result_duplicated", more: ""","custom_id":"k-7" """);

        var lines = await Scene.ResultsAsync();

        Assert.Equal(2, lines.Count(line => line.CustomId == "k-7"));
        Assert.Equal(Subject.Items, lines.DistinctBy(line => line.CustomId).Count());
    }

    [Fact]
    public async Task A_line_that_is_missing_is_told_by_its_absence()
    {
        Scene.Fault("result_missing", more: ""","custom_id":"k-7" """);

        Assert.Equal(Scene.Ids.Where(id => id != "k-7").Order(StringComparer.Ordinal), (await Scene.ResultsAsync()).Select(line => line.CustomId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_line_of_an_unknown_id_is_told_as_it_is()
    {
        Scene.Fault("result_unknown_id", more: ""","custom_id":"k-7" """);

        var lines = await Scene.ResultsAsync();

        Assert.Equal("unknown-7", Assert.Single(lines, line => !Scene.Ids.Contains(line.CustomId)).CustomId);
        Assert.Equal(Subject.Items + 1, lines.Count);
    }

    [Theory]
    [InlineData("result_malformed")]
    [InlineData("result_truncated")]
    public async Task A_result_that_cannot_be_read_costs_no_other(string fault)
    {
        Scene.Fault(fault);
        var (id, _) = await Scene.SubmitAsync();
        var ended = await Scene.EndAsync(id);
        if (!Subject.HasResultFiles && fault == "result_truncated")
        {
            Assert.True((await Assert.ThrowsAsync<ProviderException>(() => Scene.ReadAsync(ended))).Failure.CanRetry);
            Assert.Equal(Subject.Items, (await Scene.ReadAsync(ended)).Count);
            return;
        }

        var lines = await Scene.ReadAsync(ended);
        Assert.Single(lines, line => line.Kind == BatchLineKind.Unreadable);
        Assert.Equal(Subject.Items - 1, lines.Count(line => line.Kind == BatchLineKind.Answered));
    }

    [Fact]
    public async Task An_item_that_is_refused_fails_alone()
    {
        Scene.Fault("refuse_item", more: ""","custom_id":"k-7" """);

        var lines = await Scene.ResultsAsync();

        var failed = Assert.Single(lines, line => line.Kind != BatchLineKind.Answered);
        Assert.Equal(("k-7", BatchLineKind.Failed, FailureStage.Item), (failed.CustomId, failed.Kind, failed.Failure!.Stage));
        Scene.AssertBilled(lines.Where(line => line.Answer is not null).Select(Answered));
    }

    [Fact]
    public async Task A_download_that_breaks_can_be_read_again()
    {
        var (id, _) = await Scene.SubmitAsync();
        var ended = await Scene.EndAsync(id);
        Scene.Fault("disconnect_download");

        Assert.True((await Assert.ThrowsAsync<ProviderException>(() => Scene.ReadAsync(ended))).Failure.CanRetry);
        Assert.Equal(Subject.Items, (await Scene.ReadAsync(ended)).Count);
    }

    private protected static Answer Answered(BatchLine line) => line.Answer ?? throw new InvalidOperationException($"{line.CustomId} has no answer: {line.Failure}");
}
