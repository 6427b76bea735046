using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class LedgerBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(Roll_ups_add_up_to_the_ledger), Roll_ups_add_up_to_the_ledger),
        Behaviour(nameof(Entries_are_read_by_scope_oldest_first), Entries_are_read_by_scope_oldest_first),
        Behaviour(nameof(A_correction_makes_an_unknown_cost_known), A_correction_makes_an_unknown_cost_known),
        Behaviour(nameof(A_correction_that_brings_the_usage_brings_its_tokens), A_correction_that_brings_the_usage_brings_its_tokens),
        Behaviour(nameof(Money_keeps_every_digit), Money_keeps_every_digit),
        Behaviour(nameof(Pruning_removes_payloads_of_requests_that_all_ended), Pruning_removes_payloads_of_requests_that_all_ended),
        Behaviour(nameof(Pruning_keeps_newer_entries_and_hour_roll_ups), Pruning_keeps_newer_entries_and_hour_roll_ups),
        Behaviour(nameof(A_runs_results_come_in_input_order), A_runs_results_come_in_input_order),
        Behaviour(nameof(Beginning_a_run_again_keeps_its_requests_and_forgets_its_order), Beginning_a_run_again_keeps_its_requests_and_forgets_its_order),
        Behaviour(nameof(Observations_are_read_newest_first), Observations_are_read_newest_first),
        Behaviour(nameof(Old_observations_are_pruned), Old_observations_are_pruned),
        Reopening(nameof(A_secret_stays_the_same), A_secret_stays_the_same),
        Behaviour(nameof(One_engine_runs_at_a_time), One_engine_runs_at_a_time) with { IsOfOneEngine = true },
    ];

    private static async Task Roll_ups_add_up_to_the_ledger(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(
            [.. Given.Requests(40).Select((r, i) => i % 3 == 0 ? r with { Profile = Given.Profile() with { Tenant = "other" } } : r)]).ConfigureAwait(false);
        for (var i = 0; i < enqueued.Count; i++)
        {
            var settlement = StoreWorld.Answered(enqueued[i].Sequence, 1, i % 5 == 0 ? null : 0.0001m * i);
            await world.SettleAsync(settlement with { Entry = settlement.Entry is { } e ? e with { At = world.Now.AddMinutes(i * 7) } : null }).ConfigureAwait(false);
        }

        var entries = (await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync(null)).ConfigureAwait(false)).Select(r => r.Entry).ToList();
        foreach (var period in Enum.GetValues<RollupPeriod>())
        {
            var rollups = await StoreWorld.ListAsync(world.Store.Ledger.ReadRollupsAsync(period, Given.Now, Given.Now.AddDays(2))).ConfigureAwait(false);
            Expect.Equal(entries.Count, rollups.Sum(r => r.Entries));
            Expect.Equal(entries.Sum(e => e.CostUsd ?? 0m), rollups.Sum(r => r.CostUsd));
            Expect.Equal(entries.Sum(e => e.BaselineUsd ?? 0m), rollups.Sum(r => r.BaselineUsd));
            Expect.Equal(entries.Sum(e => e.SavedByBatchUsd), rollups.Sum(r => r.SavedByBatchUsd));
            Expect.Equal(8L, rollups.Sum(r => r.Unknown));
            Expect.Equal(0.08m, rollups.Sum(r => r.UpperBoundUsd));
            Expect.Equal(40L, rollups.Sum(r => r.CacheHits));
            Expect.Equal(entries.Sum(e => e.Usage?.Output ?? 0), rollups.Sum(r => r.Usage.Output));
            Expect.Equal(14L, rollups.Where(r => r.Profile.Tenant == "other").Sum(r => r.Entries));
            Expect.True(rollups.Zip(rollups.Skip(1)).All(pair => pair.First.Start <= pair.Second.Start));
        }

        var firstHour = await StoreWorld.ListAsync(world.Store.Ledger.ReadRollupsAsync(RollupPeriod.Hour, Given.Now, Given.Now.AddHours(1))).ConfigureAwait(false);
        Expect.Equal(9L, firstHour.Sum(r => r.Entries));
    }

    private static async Task Entries_are_read_by_scope_oldest_first(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.LiveRequest("a"), Given.LiveRequest("b", "other"), Given.LiveRequest("c")).ConfigureAwait(false);
        foreach (var request in enqueued)
        {
            await world.SettleAsync(StoreWorld.Answered(request.Sequence)).ConfigureAwait(false);
        }

        Expect.Sequence([enqueued[0].Id, enqueued[2].Id], (await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync("run")).ConfigureAwait(false)).Select(r => r.RequestId));
        Expect.Sequence([enqueued[1].Id], (await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync("other")).ConfigureAwait(false)).Select(r => r.RequestId));
        Expect.Equal(0, (await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync("nobody")).ConfigureAwait(false)).Count);
        Expect.Equal(3, (await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync(null)).ConfigureAwait(false)).Count);
    }

    private static async Task A_correction_makes_an_unknown_cost_known(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.Requests(2)).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Answered(enqueued[0].Sequence, costUsd: null), StoreWorld.Answered(enqueued[1].Sequence)).ConfigureAwait(false);
        var unpriced = (await world.Store.Ledger.ReadUnpricedAsync(0, 10).ConfigureAwait(false)).Single();
        Expect.Equal(enqueued[0].Id, unpriced.RequestId);
        var correction = unpriced.Entry with { Kind = LedgerKind.Correction, Revision = 1, CostUsd = 0.004m, BaselineUsd = 0.008m, UpperBoundUsd = null, SavedByBatchUsd = 0.004m };
        var before = await StoreWorld.ListAsync(world.Store.Ledger.ReadRollupsAsync(RollupPeriod.Hour, Given.Now, Given.Now.AddDays(1))).ConfigureAwait(false);

        Expect.Equal(1, await world.Store.Ledger.CorrectAsync([correction], world.Now).ConfigureAwait(false));
        Expect.Equal(0, await world.Store.Ledger.CorrectAsync([correction], world.Now).ConfigureAwait(false));

        Expect.Equal(0, (await world.Store.Ledger.ReadUnpricedAsync(0, 10).ConfigureAwait(false)).Count);
        var totals = await world.TotalsAsync().ConfigureAwait(false);
        Expect.Equal((0.006m, 0m), (totals.SpentUsd, totals.UnknownBoundUsd));
        var rollups = await StoreWorld.ListAsync(world.Store.Ledger.ReadRollupsAsync(RollupPeriod.Hour, Given.Now, Given.Now.AddDays(1))).ConfigureAwait(false);
        Expect.Equal((0L, 0m, 0.006m), (rollups.Sum(r => r.Unknown), rollups.Sum(r => r.UpperBoundUsd), rollups.Sum(r => r.CostUsd)));
        // The call and its tokens were counted when it was booked; the correction is money alone.
        Expect.Equal((2L, before.Sum(r => r.CacheHits)), (rollups.Sum(r => r.Entries), rollups.Sum(r => r.CacheHits)));
        Expect.Equal(before.Sum(r => r.Usage.Output), rollups.Sum(r => r.Usage.Output));
    }

    private static async Task A_correction_that_brings_the_usage_brings_its_tokens(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.Requests(1)).ConfigureAwait(false);
        var lost = StoreWorld.Answered(enqueued[0].Sequence, costUsd: null);
        await world.SettleAsync(lost with { Entry = lost.Entry is { } e ? e with { Usage = null } : null }).ConfigureAwait(false);

        await world.SettleAsync(StoreWorld.Answered(enqueued[0].Sequence)).ConfigureAwait(false);

        var rollup = (await StoreWorld.ListAsync(world.Store.Ledger.ReadRollupsAsync(RollupPeriod.Hour, Given.Now, Given.Now.AddDays(1))).ConfigureAwait(false)).Single();
        var known = StoreWorld.Answered(enqueued[0].Sequence).Entry;
        Expect.Equal((1L, 0L, known?.CostUsd, known?.Usage), (rollup.Entries, rollup.Unknown, rollup.CostUsd, rollup.Usage));
    }

    private static async Task Money_keeps_every_digit(StoreWorld world)
    {
        var enqueued = (await world.EnqueueAsync(Given.LiveRequest() with { BoundUsd = 0.1234567890123456789m }).ConfigureAwait(false))[0];
        var entry = Given.Entry(enqueued.Sequence, 1, 0.0000000000000000001m) with { SavedByCacheUsd = -12345678.000000000001m, SavedByRoutingUsd = 3m, ReportedUsd = 0.0000000001000000001m };

        await world.SettleAsync(new Settlement { Sequence = enqueued.Sequence, Attempt = 0, Entry = entry }).ConfigureAwait(false);

        Expect.Equal(0.1234567890123456789m, (await world.RequestAsync(enqueued.Id).ConfigureAwait(false)).BoundUsd);
        Expect.Equal(entry, (await world.Store.Ledger.ReadRequestAsync(enqueued.Sequence).ConfigureAwait(false)).Single().Entry);
        Expect.Equal(0.0000000000000000001m, (await world.TotalsAsync().ConfigureAwait(false)).SpentUsd);
    }

    private static async Task Pruning_removes_payloads_of_requests_that_all_ended(StoreWorld world)
    {
        var ended = await world.EnqueueAsync(Given.Requests(3)).ConfigureAwait(false);
        var half = await world.EnqueueAsync(Given.Request("x"), Given.Request("y")).ConfigureAwait(false);
        await world.SettleAsync([.. ended.Append(half[0]).Select(e => StoreWorld.Answered(e.Sequence))]).ConfigureAwait(false);
        Task<PruneResult> PruneAsync(DateTimeOffset before) => world.Store.Ledger.PruneAsync(before, Given.Now, Given.Now, 100);

        Expect.Equal(new PruneResult(0, 0, 0, 0), await PruneAsync(world.Now).ConfigureAwait(false));
        var pruned = await PruneAsync(world.Now.AddDays(1)).ConfigureAwait(false);

        Expect.True(pruned.Pages >= 2);
        Expect.Equal(null, await world.Store.Requests.ReadEnvelopeAsync(ended[0].Sequence).ConfigureAwait(false));
        Expect.Equal(null, await world.Store.Requests.ReadAnswerAsync(ended[0].Sequence).ConfigureAwait(false));
        Expect.Found(await world.Store.Requests.ReadEnvelopeAsync(half[1].Sequence).ConfigureAwait(false));
        Expect.Equal(RequestState.Answered, (await world.RequestAsync(ended[0].Id).ConfigureAwait(false)).State);
        // Numbers of pages are not used again: a later page must not be read as one that is gone.
        await world.EnqueueAsync(Given.Requests(3, "later")).ConfigureAwait(false);
        Expect.Equal(null, await world.Store.Requests.ReadEnvelopeAsync(ended[0].Sequence).ConfigureAwait(false));
    }

    private static async Task Pruning_keeps_newer_entries_and_hour_roll_ups(StoreWorld world)
    {
        var enqueued = await world.EnqueueAsync(Given.Requests(2)).ConfigureAwait(false);
        var late = StoreWorld.Answered(enqueued[1].Sequence);
        await world.SettleAsync(StoreWorld.Answered(enqueued[0].Sequence), late with { Entry = late.Entry is { } e ? e with { At = Given.Now.AddHours(2) } : null }).ConfigureAwait(false);

        var pruned = await world.Store.Ledger.PruneAsync(Given.Now, Given.Now.AddHours(1), Given.Now.AddHours(1), 100).ConfigureAwait(false);

        Expect.Equal(new PruneResult(0, 1, 1, 0), pruned);
        Expect.Equal(enqueued[1].Id, (await StoreWorld.ListAsync(world.Store.Ledger.ReadAsync("run")).ConfigureAwait(false)).Single().RequestId);
        Expect.Equal(1, (await StoreWorld.ListAsync(world.Store.Ledger.ReadRollupsAsync(RollupPeriod.Minute, Given.Now, Given.Now.AddDays(1))).ConfigureAwait(false)).Count);
        Expect.Equal(2, (await StoreWorld.ListAsync(world.Store.Ledger.ReadRollupsAsync(RollupPeriod.Hour, Given.Now, Given.Now.AddDays(1))).ConfigureAwait(false)).Count);
    }

    private static async Task A_runs_results_come_in_input_order(StoreWorld world)
    {
        await world.Store.Runs.BeginAsync("run", "three rows", null, world.Now).ConfigureAwait(false);
        var enqueued = await world.EnqueueAsync(Given.Requests(1_200)).ConfigureAwait(false);
        var items = enqueued.Reverse().Select((e, i) => new RunItem(i, $"row {i}", i + 1, 0, e.Sequence)).ToList();
        await world.Store.Runs.AddItemsAsync("run", items).ConfigureAwait(false);
        await world.Store.Runs.AddItemsAsync("run", [items[5]]).ConfigureAwait(false);
        await world.SettleAsync(StoreWorld.Answered(items[1].Sequence)).ConfigureAwait(false);

        var results = await StoreWorld.ListAsync(world.Store.Runs.ReadResultsAsync("run")).ConfigureAwait(false);

        Expect.Sequence(items, results.Select(r => r.Item));
        Expect.True(results.All(r => r.Request.Sequence == r.Item.Sequence));
        Expect.True(results[1].Answer is { } answer && answer.Span.SequenceEqual(Given.Answer().Span));
        Expect.Equal((null, 0, 1), (results[0].Answer, results[0].Entries.Count, results[1].Entries.Count));
    }

    private static async Task Beginning_a_run_again_keeps_its_requests_and_forgets_its_order(StoreWorld world)
    {
        await world.Store.Runs.BeginAsync("run", "first", 1m, world.Now).ConfigureAwait(false);
        var enqueued = (await world.EnqueueAsync(Given.Request()).ConfigureAwait(false))[0];
        await world.Store.Runs.AddItemsAsync("run", [new RunItem(0, "row", 1, 0, enqueued.Sequence)]).ConfigureAwait(false);

        await world.Store.Runs.BeginAsync("run", "second", 2m, world.Now.AddHours(1)).ConfigureAwait(false);

        Expect.Equal(0, (await StoreWorld.ListAsync(world.Store.Runs.ReadResultsAsync("run")).ConfigureAwait(false)).Count);
        var (totals, description, startedAt) = (await world.Store.Runs.ListAsync(10).ConfigureAwait(false)).Single();
        Expect.Equal(("run", 1L, 2m, "second", world.Now.AddHours(1)), (totals.Scope, totals.Total, totals.MaxCostUsd, description, startedAt));
        Expect.Equal(null, await world.Store.Runs.ReadTotalsAsync("another").ConfigureAwait(false));
    }

    private static async Task Observations_are_read_newest_first(StoreWorld world)
    {
        Observation Of(int minutes) => new(ObservationKind.BatchCompletion, ProviderId.OpenAI, "m", minutes, TimeSpan.FromMinutes(minutes), world.Now);
        await world.Store.Observations.RecordAsync(Of(1)).ConfigureAwait(false);
        await world.Store.Observations.RecordAsync(Of(2)).ConfigureAwait(false);
        await world.Store.Observations.RecordAsync(Of(3) with { Kind = ObservationKind.LiveCall }).ConfigureAwait(false);

        Expect.Sequence([Of(2), Of(1)], await world.Store.Observations.ReadAsync(ObservationKind.BatchCompletion, ProviderId.OpenAI, 10).ConfigureAwait(false));
        Expect.Equal(0, (await world.Store.Observations.ReadAsync(ObservationKind.BatchCompletion, ProviderId.Anthropic, 10).ConfigureAwait(false)).Count);
        var newest = await world.Store.Observations.ReadNewestAsync().ConfigureAwait(false);
        Expect.Equal(newest, await world.Store.Observations.ReadNewestAsync().ConfigureAwait(false));
        await world.Store.Observations.RecordAsync(Of(4)).ConfigureAwait(false);
        Expect.Equal(true, await world.Store.Observations.ReadNewestAsync().ConfigureAwait(false) > newest);
    }

    private static async Task Old_observations_are_pruned(StoreWorld world)
    {
        foreach (var age in new[] { 3, 1 })
        {
            await world.Store.Observations.RecordAsync(
                new Observation(ObservationKind.LiveCall, ProviderId.OpenAI, "m", 1, TimeSpan.FromSeconds(1), world.Now.AddDays(-age))).ConfigureAwait(false);
        }

        var pruned = await world.Store.Ledger.PruneAsync(world.Now.AddDays(-2), world.Now, world.Now, 100).ConfigureAwait(false);

        Expect.Equal(1, pruned.Observations);
        var left = await world.Store.Observations.ReadAsync(ObservationKind.LiveCall, ProviderId.OpenAI, 10).ConfigureAwait(false);
        Expect.Equal(world.Now.AddDays(-1), left.Single().At);
    }

    private static async Task A_secret_stays_the_same(StoreWorld world)
    {
        var first = await world.Store.Lock.ReadSecretAsync("tokens").ConfigureAwait(false);
        var other = await world.Store.Lock.ReadSecretAsync("other").ConfigureAwait(false);

        await world.ReopenAsync().ConfigureAwait(false);

        Expect.Equal(32, first.Length);
        var again = await world.Store.Lock.ReadSecretAsync("tokens").ConfigureAwait(false);
        Expect.True(first.Span.SequenceEqual(again.Span));
        Expect.False(first.Span.SequenceEqual(other.Span));
    }

    private static async Task One_engine_runs_at_a_time(StoreWorld world)
    {
        var first = Expect.Found(await world.Store.Lock.TryAcquireAsync().ConfigureAwait(false));
        Expect.Equal(null, await world.Store.Lock.TryAcquireAsync().ConfigureAwait(false));

        await first.DisposeAsync().ConfigureAwait(false);

        var second = Expect.Found(await world.Store.Lock.TryAcquireAsync().ConfigureAwait(false));
        await second.DisposeAsync().ConfigureAwait(false);
    }
}
