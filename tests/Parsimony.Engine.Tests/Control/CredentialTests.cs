namespace Parsimony.Engine.Tests;

/// <summary>Work stays bound to the credential it was begun with, also when another key is the current one.</summary>
public sealed class CredentialTests
{
    private static readonly (string, string) Old = ("old", "acme.old");
    private static readonly (string, string) New = ("new", "emca.new");

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_batch_is_collected_with_the_key_that_made_it_and_new_work_goes_by_the_new_one(string model)
    {
        await using var world = new EngineWorld { Keys = [Old] };
        await world.RestartAsync();
        await world.AskAsync(3, model);
        await world.UntilBatchAsync(BatchState.Running);

        world.Keys = [New, Old];
        await world.RestartAsync();
        await world.AskAsync(2, model);
        await world.SettleAsync();

        await world.AssertAnsweredAsync(batches: 2, liveCalls: 0);
        Assert.Equal(["old", "old", "old", "new", "new"], (await world.RequestsAsync()).Select(request => request.Profile.Credential));
    }

    [Theory]
    [InlineData(EngineWorld.OpenAI)]
    [InlineData(EngineWorld.Anthropic)]
    public async Task A_batch_whose_credential_is_gone_waits_and_is_collected_when_it_is_back(string model)
    {
        await using var world = new EngineWorld { Keys = [Old] };
        await world.RestartAsync();
        await world.AskAsync(3, model);
        await world.UntilBatchAsync(BatchState.Running);
        var told = new List<string>();

        world.Keys = [New];
        await world.RestartAsync();
        world.Engine.Signals.Unconfigured += (_, credential) => told.Add(credential);
        await world.PassAsync(TimeSpan.FromHours(3));

        Assert.Equal(["old"], told);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Batched, request.State));

        world.Keys = [New, Old];
        await world.RestartAsync();
        await world.SettleAsync();
        await world.AssertAnsweredAsync(batches: 1, liveCalls: 0);
    }

    [Fact]
    public async Task What_waits_to_be_sent_under_a_credential_that_is_gone_waits_on()
    {
        await using var world = new EngineWorld { Keys = [Old] };
        await world.RestartAsync();
        await world.AskAsync(1, isLive: true);
        await world.AskAsync(1, deadline: TimeSpan.FromMinutes(30));
        world.Keys = [New];
        await world.RestartAsync();
        await world.PassAsync(TimeSpan.FromHours(1));

        var requests = await world.RequestsAsync();
        Assert.Equal(RequestState.Queued, requests[0].State);
        Assert.Equal(
            (RequestState.Expired, "provider.unconfigured", "expired: the deadline passed while the credential old of openAI was not configured"),
            (requests[1].State, requests[1].FailureCode, requests[1].Reason));
        world.Keys = [New, Old];
        await world.RestartAsync();
        await world.SettleAsync();
        Assert.Equal(RequestState.Answered, (await world.RequestsAsync())[0].State);
    }
}
