using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>A store with a bit of everything in it.</summary>
internal static class FilledStore
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What an operator holds back there.</summary>
    internal static ProviderSwitch Held { get; } =
        new() { Provider = ProviderId.OpenAI, Credential = "old", Setting = SwitchSetting.Killed, Reason = "leaked", By = "ada", At = Given.Now };

    /// <summary>An answered request, two in a batch at its provider, one being sent, and one erased and cancelled; with roll-ups and an observation.</summary>
    internal static async Task FillAsync(IEngineStore store)
    {
        await store.Runs.BeginAsync("run", "a run", 5m, Given.Now, Token);
        await store.Runs.BeginAsync("run", "a run", null, Given.Now, Token);
        var batched = await store.Requests.EnqueueAsync([.. Given.Requests(3).Select(Decided)], Given.Now, Token);
        await store.Runs.AddItemsAsync("run", [.. batched.Select((request, i) => new RunItem(i, $"row {i}", i + 1, 0, request.Sequence))], Token);
        await store.Batches.FlushAsync("run", Given.Now, Token);
        var lease = new Lease("worker", Given.Now.AddMinutes(5));
        var batch = await store.Submissions.ClaimAsync(lease, (_, _) => new Admission(IsOpen: true, null, null, DistinctCounts: false), Given.Now, Token) ?? throw new InvalidOperationException("No batch.");
        await store.Submissions.MarkStagedAsync(batch.Id, lease, "file-1", Token);
        await store.Submissions.MarkCreateSentAsync(batch.Id, lease, 3, Given.Now, Token);
        await store.Submissions.MarkRunningAsync(batch.Id, lease, "batch-1", isSuspected: false, Given.Now, Given.Now.AddMinutes(1), Token);
        await store.Settlements.SettleAsync(
            [
                new Settlement
                {
                    Sequence = batched[0].Sequence,
                    Attempt = 1,
                    Move = new SettlementMove.ToAnswered(Given.Answer("all \u00e4 and \ud83d\ude00"), "stop"),
                    Entry = Given.Entry(batched[0].Sequence) with { CostUsd = 0.0012300m },
                },
            ],
            null, Given.Now, Token);
        await store.Requests.EnqueueAsync([Given.LiveRequest("live"), Given.LiveRequest("erased")], Given.Now.AddMilliseconds(7), Token);
        var erasure = await store.Payloads.BeginErasureAsync(ErasureSubject.Request, (await store.Requests.LoadAsync([5], Token))[0].Id.ToString(), "tester", Given.Now, Token);
        await store.Payloads.EraseAsync(erasure.Id, 10, Given.Now, Token);
        await store.Requests.ClaimForSendAsync(lease, 1, Given.Now.AddMinutes(1), cancellationToken: Token);
        await store.Observations.RecordAsync(new Observation(ObservationKind.BatchCompletion, ProviderId.OpenAI, "m", 3, TimeSpan.FromMinutes(9), Given.Now), Token);
        await store.Lock.ReadSecretAsync("tokens", Token);
        await store.Requests.EnqueueAsync([Decided(Given.Request("filling", "another"))], Given.Now, Token);
        await store.Switches.SetAsync(Held, Token);
    }

    private static NewRequest Decided(NewRequest request) => request with { Decision = Given.Planned(1).Decision };
}
