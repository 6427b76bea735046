using Parsimony.Engine;

namespace Parsimony.Testing;

/// <summary>A store under test, with short ways to the states a behaviour begins in.</summary>
internal sealed class StoreWorld(IStoreHarness harness, IEngineStore store) : IAsyncDisposable
{
    private int _providerBatches;

    internal IEngineStore Store { get; private set; } = store;

    internal DateTimeOffset Now { get; set; } = Given.Now;

    internal Lease Mine => new("worker 1", Now.AddMinutes(5));

    internal Lease Theirs => new("worker 2", Now.AddMinutes(5));

    internal static Admission Open { get; } = new(IsOpen: true, null, null, DistinctCounts: false);

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    internal async Task ReopenAsync()
    {
        await Store.DisposeAsync().ConfigureAwait(false);
        Store = await harness.OpenAsync().ConfigureAwait(false);
    }

    internal Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(params IReadOnlyList<NewRequest> requests) => Store.Requests.EnqueueAsync(requests, Now);

    internal async Task<StoredRequest> RequestAsync(RequestId id) => Expect.Found(await Store.Requests.FindAsync(id).ConfigureAwait(false));

    internal async Task<Batch> BatchAsync(long id) => Expect.Found(await Store.Batches.FindAsync(id).ConfigureAwait(false));

    internal async Task<ScopeTotals> TotalsAsync(string scope = "run") => Expect.Found(await Store.Runs.ReadTotalsAsync(scope).ConfigureAwait(false));

    internal Task<Batch?> ClaimAsync(Admission? admission = null) => Store.Submissions.ClaimAsync(Mine, (_, _) => admission ?? Open, Now);

    /// <summary>A batch of its own with some requests, brought to a state; leased to worker 1 where that state has a worker.</summary>
    internal async Task<Batch> BatchInAsync(BatchState state, int count = 2, string group = "a", bool isSuspected = false)
    {
        var profile = Given.Profile() with { IsolationGroup = group };
        var enqueued = await EnqueueAsync([.. Given.Requests(count, "run " + group).Select(r => r with { Profile = profile })]).ConfigureAwait(false);
        var id = (await RequestAsync(enqueued[0].Id).ConfigureAwait(false)).Batch ?? throw new ConformanceException("A request with a lane is in no batch.");
        if (state == BatchState.Filling)
        {
            return await BatchAsync(id).ConfigureAwait(false);
        }

        await Store.Batches.FlushAsync("run " + group, Now).ConfigureAwait(false);
        if (state == BatchState.Sealed)
        {
            return await BatchAsync(id).ConfigureAwait(false);
        }

        Expect.Equal(id, Expect.Found(await ClaimAsync().ConfigureAwait(false)).Id);
        Expect.True(await Store.Submissions.MarkCreateSentAsync(id, Mine, count, Now).ConfigureAwait(false));
        await AdvanceAsync(id, state, isSuspected).ConfigureAwait(false);
        return await BatchAsync(id).ConfigureAwait(false);
    }

    internal static Settlement Answered(long sequence, int attempt = 1, decimal? costUsd = 0.002m, string text = "fine") => new()
    {
        Sequence = sequence,
        Attempt = attempt,
        Move = new SettlementMove.ToAnswered(Given.Answer(text), "stop"),
        Entry = Given.Entry(sequence, attempt, costUsd),
    };

    internal static Settlement Requeued(long sequence, int attempt = 1, DateTimeOffset? notBefore = null) => new()
    {
        Sequence = sequence,
        Attempt = attempt,
        Move = new SettlementMove.ToQueued("live: missing in the results", notBefore, CountsAsSend: false, CountsAsUncertain: false),
    };

    internal static Settlement Ended(long sequence, RequestState state, int attempt = 1) => new()
    {
        Sequence = sequence,
        Attempt = attempt,
        Move = new SettlementMove.ToEnded(state, "item.invalid_request", "refused"),
    };

    internal Task<SettlementResult> SettleAsync(params IReadOnlyList<Settlement> settlements) => Store.Settlements.SettleAsync(settlements, null, Now);

    internal static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items.ConfigureAwait(false))
        {
            list.Add(item);
        }

        return list;
    }

    private async Task AdvanceAsync(long id, BatchState state, bool isSuspected)
    {
        if (state == BatchState.Submitting)
        {
            return;
        }

        if (state == BatchState.Quarantined)
        {
            Expect.True(await Store.Orphans.MarkQuarantinedAsync(id, Mine, ["candidate 1", "candidate 2"], Now).ConfigureAwait(false));
            Expect.Equal(1, (await Store.Orphans.ClaimForRescueAsync(Mine, 10, Now, Now).ConfigureAwait(false)).Count);
            return;
        }

        if (state == BatchState.Rejected)
        {
            foreach (var request in await Store.Settlements.ReadUnsettledAsync(id, 0, 1_000).ConfigureAwait(false))
            {
                await SettleAsync(Ended(request.Sequence, RequestState.Failed)).ConfigureAwait(false);
            }

            Expect.True(await Store.Submissions.MarkRejectedAsync(id, Mine, "create.invalid_request", Now).ConfigureAwait(false));
            return;
        }

        Expect.True(await Store.Submissions.MarkRunningAsync(id, Mine, $"batch {++_providerBatches}", isSuspected, Now, Now).ConfigureAwait(false));
        Expect.Equal(1, (await Store.Batches.ClaimForPollAsync(Mine, 1, Now, id).ConfigureAwait(false)).Count);
        if (state == BatchState.Running)
        {
            return;
        }

        if (state == BatchState.Cancelling)
        {
            Expect.True(await Store.Batches.MarkCancellingAsync(id, Mine, Now, Now).ConfigureAwait(false));
            Expect.Equal(1, (await Store.Batches.ClaimForPollAsync(Mine, 1, Now, id).ConfigureAwait(false)).Count);
            return;
        }

        Expect.True(await Store.Batches.MarkEndedAsync(id, Mine, Now, ["file 1", "file 2"]).ConfigureAwait(false));
        Expect.Equal(1, (await Store.Batches.ClaimForCollectAsync(Mine, 10, Now).ConfigureAwait(false)).Count);
        if (state == BatchState.Collected)
        {
            foreach (var request in await Store.Settlements.ReadUnsettledAsync(id, 0, 1_000).ConfigureAwait(false))
            {
                await SettleAsync(Answered(request.Sequence)).ConfigureAwait(false);
            }

            Expect.True(await Store.Batches.MarkCollectedAsync(id, Mine, Now).ConfigureAwait(false));
        }
    }
}
