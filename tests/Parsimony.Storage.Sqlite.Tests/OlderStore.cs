using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>What a store holds that a version of an earlier schema has used, and how its work goes on.</summary>
internal static class OlderStore
{
    /// <summary>The newest schema whose tables are filled here.</summary>
    internal const int Filled = 6;

    /// <summary>Tables nothing is put into: a row of <c>moves</c> says that the store must not be used any more.</summary>
    internal static IReadOnlyList<string> LeftEmpty { get; } = ["moves"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => Given.Now;

    /// <summary>Uses all that a version of a schema could do: every table gets rows.</summary>
    internal static async Task FillAsync(IEngineStore store, int schema)
    {
        var lease = new Lease("gone#1", Now.AddMinutes(5));
        if (schema >= 2)
        {
            await store.Nodes.BeatAsync(new Node { Owner = "gone", Version = "0.1.0", StartedAt = Now }, Now, Token);
        }

        if (schema >= 3)
        {
            await store.Budgets.SetAsync(new Budget { Dimension = BudgetDimension.All, Period = BudgetPeriod.Total, LimitUsd = 100m }, Now, Token);
            await store.Budgets.ReserveAsync(
                new BudgetReservation { Id = Given.Request().Id, Scope = "live", Profile = Given.Profile(), BoundUsd = 0.01m, AcceptedAt = Now, KeptFor = TimeSpan.FromDays(30) }, Now, Token);
        }

        await store.Runs.BeginAsync("run", "a run", null, Now, Token);
        var batched = await store.Requests.EnqueueAsync([.. Given.Requests(3)], Now, Token);
        await store.Runs.AddItemsAsync("run", [.. batched.Select((request, i) => new RunItem(i, $"row {i}", i + 1, 0, request.Sequence))], Token);
        var running = await SubmitAsync(store, "run", lease);
        await store.Submissions.MarkRunningAsync(running, lease, "batch-1", isSuspected: false, Now, Now.AddMinutes(1), Token);
        var answer = Answer(batched[0].Sequence, 1, "all ä");
        await store.Settlements.SettleAsync([schema >= 6 ? answer with { Entry = Given.Entry(batched[0].Sequence, 1, 0.0012m) with { ReportedUsd = 0.0013m } } : answer], null, Now, Token);

        var isUrgent = schema >= 5 ? "priority=1" : "";
        await store.Requests.EnqueueAsync([.. Given.Requests(2, "quarantined").Select(request => request with { Profile = request.Profile with { Tags = isUrgent } })], Now, Token);
        var quarantined = await SubmitAsync(store, "quarantined", lease);
        await store.Orphans.MarkQuarantinedAsync(quarantined, lease, ["one", "two"], Now, Token);
        await store.Orphans.ClaimForRescueAsync(lease, 1, Now, Now, Token);
        await store.Orphans.MarkForeignAsync(quarantined, lease, "one", Now, Token);

        if (schema >= 4)
        {
            await store.Requests.EnqueueAsync([Given.LiveRequest("erased", "erased")], Now, Token);
            var erasure = await store.Payloads.BeginErasureAsync(ErasureSubject.Run, "erased", "tester", Now, Token);
            await store.Payloads.EraseAsync(erasure.Id, 10, Now, Token);
            await store.Requests.EnqueueAsync([Given.Request("left over", "left over")], Now, Token);
            await store.Batches.FlushAsync("left over", Now, Token);
            var resealed = Assert.IsType<Batch>(await store.Submissions.ClaimAsync(lease, (_, _) => Open, Now, Token)).Id;
            await store.Submissions.MarkStagedAsync(resealed, lease, "file-left", Token);
            await store.Submissions.MarkResealedAsync(resealed, lease, Now.AddDays(1), keepStaged: false, "create.not_found", Token);
        }

        if (schema >= 5)
        {
            await store.Switches.SetAsync(new ProviderSwitch { Provider = ProviderId.Anthropic, Setting = SwitchSetting.Paused, By = "tester", At = Now }, Token);
        }

        if (schema >= 6)
        {
            await store.Requests.EnqueueAsync([Given.Planned(1, Now, "decided"), Given.Planned(16, Now, "decided")], Now, Token);
            await store.Requests.CancelAsync("decided", null, Now, Token);
        }

        await store.Requests.EnqueueAsync([Given.LiveRequest("under way")], Now, Token);
        Assert.Single(await store.Requests.ClaimForSendAsync(lease, 1, Now, cancellationToken: Token));
        await store.Runs.BeginAsync("capped", "held", 0.005m, Now, Token);
        await store.Requests.EnqueueAsync([Given.Request("held", "capped")], Now, Token);
        await store.Requests.EnqueueAsync([Given.Request("filling", "another")], Now, Token);
        await store.Observations.RecordAsync(new Observation(ObservationKind.BatchCompletion, ProviderId.OpenAI, "m", 3, TimeSpan.FromMinutes(9), Now), Token);
        await store.Lock.ReadSecretAsync("tokens", Token);
    }

    /// <summary>All that can be read of it, a line each.</summary>
    internal static async Task<IReadOnlyList<string>> DescribeAsync(IEngineStore store, int schema)
    {
        var lines = new List<string>();
        foreach (var (totals, description, startedAt) in await store.Runs.ListAsync(10, Token))
        {
            lines.Add($"{description} {startedAt:o} {totals}");
        }

        foreach (var request in await store.Requests.LoadAsync([.. Enumerable.Range(1, 50).Select(number => (long)number)], Token))
        {
            var body = await store.Requests.ReadEnvelopeAsync(request.Sequence, Token);
            var answer = await store.Requests.ReadAnswerAsync(request.Sequence, Token);
            lines.Add($"{request} {Text(body?.Bytes)} {Text(answer)} {await store.Requests.ReadDecisionAsync(request.Sequence, Token)}");
        }

        for (var id = 1; id < 20; id++)
        {
            if (await store.Batches.FindAsync(id, Token) is { } batch)
            {
                var items = await ListAsync(store.Batches.ReadItemsAsync(id, Token));
                lines.Add($"{batch} {string.Join(',', batch.Candidates)} {string.Join(',', items.Select(item => item.Sequence))}");
            }
        }

        lines.AddRange((await ListAsync(store.Runs.ReadResultsAsync("run", Token))).Select(result => $"{result.Item} {Text(result.Answer)}"));
        lines.AddRange((await ListAsync(store.Ledger.ReadAsync(null, Token))).Select(row => row.ToString()));
        lines.AddRange((await ListAsync(store.Ledger.ReadRollupsAsync(RollupPeriod.Hour, Now.AddDays(-1), Now.AddDays(1), Token))).Select(rollup => rollup.ToString()));
        lines.AddRange((await store.Observations.ReadAsync(ObservationKind.BatchCompletion, ProviderId.OpenAI, 10, Token)).Select(seen => seen.ToString()));
        lines.Add(Convert.ToHexString((await store.Lock.ReadSecretAsync("tokens", Token)).Span));
        lines.AddRange((await store.Nodes.ListAsync(Token)).Select(node => node.ToString()));
        lines.AddRange((await store.Budgets.ReadUsesAsync(Now, Token)).Select(use => use.ToString()));
        lines.AddRange((await store.Budgets.ReadExpiredAsync(10, Now.AddDays(60), Token)).Select(reservation => reservation.ToString()));
        lines.AddRange((await store.Payloads.ListErasuresAsync(onlyOpen: false, 10, Token)).Select(erasure => erasure.ToString()));
        lines.AddRange((await store.Payloads.ReadLeftoversAsync(10, Now.AddDays(1), Token)).Select(leftover => leftover.ToString()));
        lines.AddRange((await store.Payloads.CountAsync(Token)).Select(pages => pages.ToString()));
        lines.AddRange((await store.Switches.ReadHistoryAsync(10, Token)).Select(said => said.ToString()));
        Assert.InRange(lines.Count, 20 + schema, 100);
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>Takes over what was open, answers it, and accepts more.</summary>
    internal static async Task GoOnAsync(IEngineStore store)
    {
        var later = Now.AddMinutes(10);
        var lease = new Lease("next#1", later.AddMinutes(15));
        var stale = Assert.Single(await store.Requests.ClaimStaleSendsAsync(lease, 10, later, Token));
        await store.Settlements.SettleAsync([Answer(stale.Sequence, stale.Attempt, "live")], null, later, Token);

        var running = Assert.Single(await store.Batches.ClaimForPollAsync(lease, 10, later, cancellationToken: Token));
        Assert.True(await store.Batches.MarkEndedAsync(running.Id, lease, later, ["results"], Token));
        Assert.Single(await store.Batches.ClaimForCollectAsync(lease, 10, later, Token));
        var open = await store.Settlements.ReadUnsettledAsync(running.Id, 0, 10, Token);
        Assert.Equal(2, (await store.Settlements.SettleAsync([.. open.Select(item => Answer(item.Sequence, 1, "late"))], (running.Id, lease), later, Token)).Answered.Count);
        Assert.True(await store.Batches.MarkCollectedAsync(running.Id, lease, later, Token));
        var quarantined = Assert.Single(await store.Orphans.ClaimForRescueAsync(lease, 10, later, later, Token));
        Assert.Equal(["two"], quarantined.Candidates);

        await store.Runs.BeginAsync("capped", "held", 1m, later, Token);
        Assert.Equal(1, (await store.Requests.AdmitAsync("capped", _ => Given.Lane, later, Token)).Admitted);
        // The same question is known, and new work is numbered after the old, in the batch that was being filled.
        var again = await store.Requests.EnqueueAsync([Given.Request("text 0"), Given.Request("new")], later, Token);
        Assert.Equal([(1L, false), (again[1].Sequence, true)], again.Select(request => (request.Sequence, request.IsNew)));
        Assert.True(again[1].Sequence > stale.Sequence);
        Assert.True(await store.Batches.FlushAsync(null, later, Token) > 0);
        var claimed = Assert.IsType<Batch>(await store.Submissions.ClaimAsync(lease, (_, _) => Open, later, Token));
        Assert.Equal(3, claimed.Count);

        var totals = await store.Runs.ReadTotalsAsync("run", Token);
        Assert.Equal((5L, 4L, 1L), (totals?.Total, totals?.Answered, totals?.Open));
        Assert.Equal(4 * 0.0012m, (await ListAsync(store.Ledger.ReadAsync("run", Token))).Sum(row => row.Entry.CostUsd));
    }

    private static Admission Open { get; } = new(IsOpen: true, null, null, DistinctCounts: false);

    private static async Task<long> SubmitAsync(IEngineStore store, string scope, Lease lease)
    {
        await store.Batches.FlushAsync(scope, Now, Token);
        var batch = Assert.IsType<Batch>(await store.Submissions.ClaimAsync(lease, (_, _) => Open, Now, Token));
        await store.Submissions.MarkStagedAsync(batch.Id, lease, "file of " + scope, Token);
        await store.Submissions.MarkCreateSentAsync(batch.Id, lease, batch.Count, Now, Token);
        return batch.Id;
    }

    private static Settlement Answer(long sequence, int attempt, string text) => new()
    {
        Sequence = sequence,
        Attempt = attempt,
        Move = new SettlementMove.ToAnswered(Given.Answer(text), "stop"),
        Entry = Given.Entry(sequence, attempt, 0.0012m),
    };

    private static string Text(ReadOnlyMemory<byte>? bytes) => bytes is { } all ? System.Text.Encoding.UTF8.GetString(all.Span) : "-";

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}
