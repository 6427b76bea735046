using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class DecisionBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Reopening(nameof(Every_decision_is_made_again_from_what_was_stored), Every_decision_is_made_again_from_what_was_stored),
        Behaviour(nameof(What_the_intake_accepts_is_decided_again_to_the_same_plan), What_the_intake_accepts_is_decided_again_to_the_same_plan),
        Behaviour(nameof(Requests_that_nobody_planned_have_no_decision), Requests_that_nobody_planned_have_no_decision),
        Behaviour(nameof(An_equal_request_keeps_the_decision_it_was_accepted_by), An_equal_request_keeps_the_decision_it_was_accepted_by),
        Behaviour(nameof(A_decision_outlives_what_became_of_its_request), A_decision_outlives_what_became_of_its_request),
        Reopening(nameof(Equal_contexts_are_stored_once), Equal_contexts_are_stored_once),
        Behaviour(nameof(Old_decisions_are_pruned_and_their_contexts_come_back_when_they_are_used_again), Old_decisions_are_pruned_and_their_contexts_come_back_when_they_are_used_again),
        Behaviour(nameof(A_page_of_old_decisions_is_pruned_at_a_time), A_page_of_old_decisions_is_pruned_at_a_time),
    ];

    private static async Task Every_decision_is_made_again_from_what_was_stored(StoreWorld world)
    {
        var stored = new List<(NewRequest Request, long Sequence)>();
        foreach (var chunk in Enumerable.Range(0, 400).Chunk(150))
        {
            NewRequest[] requests = [.. chunk.Select(number => Given.Planned(number, world.Now.AddTicks(number)))];
            stored.AddRange(requests.Zip((await world.EnqueueAsync(requests).ConfigureAwait(false)).Select(accepted => accepted.Sequence)));
            world.Now = world.Now.AddMinutes(1);
        }

        await world.ReopenAsync().ConfigureAwait(false);

        foreach (var (request, sequence) in stored)
        {
            var decision = Expect.Found(await world.Store.Requests.ReadDecisionAsync(sequence).ConfigureAwait(false));
            Expect.Equal(request.Decision?.Context.Text, decision.Text);
            Expect.Equal(request.Decision?.Input, decision.Input);
            Expect.Equal((request.Route, request.Reason, request.EscalateAt), (decision.Route, decision.Reason, decision.EscalateAt));
            Expect.Sequence([], decision.Replay().Differences);
        }
    }

    private static async Task What_the_intake_accepts_is_decided_again_to_the_same_plan(StoreWorld world)
    {
        foreach (var minutes in (int[])[9, 31, 55, 240])
        {
            await world.Store.Observations.RecordAsync(
                new Observation(ObservationKind.BatchCompletion, ProviderId.OpenAI, "gpt-5-mini", 3, TimeSpan.FromMinutes(minutes), world.Now)).ConfigureAwait(false);
        }

        var intake = Intake(world);
        var accepted = await intake.EnqueueAsync([.. Enumerable.Range(0, 300).Select(number => Asked(number, world.Now))]).ConfigureAwait(false);

        foreach (var request in await world.Store.Requests.LoadAsync([.. accepted.Select(one => one.Sequence)]).ConfigureAwait(false))
        {
            var decision = Expect.Found(await world.Store.Requests.ReadDecisionAsync(request.Sequence).ConfigureAwait(false));
            Expect.Equal((request.Route, request.Reason), (decision.Route, decision.Reason));
            var replay = decision.Replay();
            Expect.Sequence([], replay.Differences);
            Expect.Equal(4.0, Math.Round(replay.Context.Forecast?.Completion.Seen ?? 0, 3));
        }
    }

    private static async Task Requests_that_nobody_planned_have_no_decision(StoreWorld world)
    {
        var accepted = await world.EnqueueAsync(Given.Planned(1, world.Now), Given.Request("unplanned"), Given.Planned(2, world.Now)).ConfigureAwait(false);

        Expect.Equal(null, await world.Store.Requests.ReadDecisionAsync(accepted[1].Sequence).ConfigureAwait(false));
        Expect.Equal(null, await world.Store.Requests.ReadDecisionAsync(accepted[2].Sequence + 1).ConfigureAwait(false));
        Expect.Found(await world.Store.Requests.ReadDecisionAsync(accepted[2].Sequence).ConfigureAwait(false));
    }

    private static async Task An_equal_request_keeps_the_decision_it_was_accepted_by(StoreWorld world)
    {
        var first = Given.Planned(3, world.Now);
        var sequence = (await world.EnqueueAsync(first).ConfigureAwait(false))[0].Sequence;
        world.Now = world.Now.AddHours(1);

        var again = await world.EnqueueAsync(Given.Planned(3, world.Now), Given.Planned(4, world.Now)).ConfigureAwait(false);

        Expect.Equal((sequence, false), (again[0].Sequence, again[0].IsNew));
        Expect.Equal(first.Decision?.Input, Expect.Found(await world.Store.Requests.ReadDecisionAsync(sequence).ConfigureAwait(false)).Input);
        Expect.Equal(world.Now, Expect.Found(await world.Store.Requests.ReadDecisionAsync(again[1].Sequence).ConfigureAwait(false)).Input.At);
    }

    private static async Task A_decision_outlives_what_became_of_its_request(StoreWorld world)
    {
        var request = Given.Planned(5, world.Now) with { Route = Route.Live, Lane = null };
        var accepted = (await world.EnqueueAsync(request).ConfigureAwait(false))[0];
        var erasure = await world.Store.Payloads.BeginErasureAsync(ErasureSubject.Request, accepted.Id.ToString(), "tester", world.Now).ConfigureAwait(false);
        await world.Store.Payloads.EraseAsync(erasure.Id, 10, world.Now).ConfigureAwait(false);

        Expect.True((await world.RequestAsync(accepted.Id).ConfigureAwait(false)).IsErased);
        var decision = Expect.Found(await world.Store.Requests.ReadDecisionAsync(accepted.Sequence).ConfigureAwait(false));
        Expect.Equal((Route.Live, request.Reason), (decision.Route, decision.Reason));
    }

    private static async Task Equal_contexts_are_stored_once(StoreWorld world)
    {
        var one = await DecideAsync(world, 6).ConfigureAwait(false);
        await world.ReopenAsync().ConfigureAwait(false);
        // Another object, another process for all the store knows.
        var same = await DecideAsync(world, 12).ConfigureAwait(false);
        var other = await DecideAsync(world, 7).ConfigureAwait(false);

        Expect.Equal((one.Context, one.Text), (same.Context, same.Text));
        Expect.False(one.Context == other.Context);
    }

    private static async Task Old_decisions_are_pruned_and_their_contexts_come_back_when_they_are_used_again(StoreWorld world)
    {
        var old = await world.EnqueueAsync(Given.Planned(6, world.Now)).ConfigureAwait(false);
        world.Now = world.Now.AddDays(40);
        var pruned = await world.Store.Ledger.PruneAsync(world.Now.AddDays(-30), Given.Now, Given.Now, 100).ConfigureAwait(false);

        Expect.Equal(1, pruned.Decisions);
        Expect.Equal(null, await world.Store.Requests.ReadDecisionAsync(old[0].Sequence).ConfigureAwait(false));
        // Looked up by a store that has seen it before.
        Expect.True((await DecideAsync(world, 12).ConfigureAwait(false)).Replay().IsSame);
        Expect.Equal(0, (await world.Store.Ledger.PruneAsync(world.Now.AddDays(-30), Given.Now, Given.Now, 100).ConfigureAwait(false)).Decisions);
    }

    private static async Task A_page_of_old_decisions_is_pruned_at_a_time(StoreWorld world)
    {
        for (var number = 0; number < 5; number++)
        {
            await DecideAsync(world, number).ConfigureAwait(false);
        }

        world.Now = world.Now.AddDays(40);
        await DecideAsync(world, 5).ConfigureAwait(false);
        var pruned = new List<int>();
        for (var page = 0; page < 4; page++)
        {
            pruned.Add((await world.Store.Ledger.PruneAsync(world.Now.AddDays(-1), Given.Now, Given.Now, 2).ConfigureAwait(false)).Decisions);
        }

        Expect.Sequence([2, 2, 1, 0], pruned);
    }

    private static async Task<StoredDecision> DecideAsync(StoreWorld world, int number)
    {
        var accepted = await world.EnqueueAsync(Given.Planned(number, world.Now)).ConfigureAwait(false);
        return Expect.Found(await world.Store.Requests.ReadDecisionAsync(accepted[0].Sequence).ConfigureAwait(false));
    }

    private static RequestIntake Intake(StoreWorld world)
    {
        var clock = new ManualClock(world.Now);
        var context = new StageContext
        {
            Store = world.Store,
            Providers = new UncalledProvider(ProviderId.OpenAI),
            Prices = PriceList.Default,
            Options = new EngineOptions(),
            Clock = clock,
            Owner = "worker 1",
            Signals = new EngineSignals(),
        };
        return new RequestIntake(context, new IdSource(clock, new SeededIds(clock).Fill));
    }

    private static IntakeRequest Asked(int number, DateTimeOffset now)
    {
        var planned = Given.Request(new string('x', 1 + (number * 7)), model: number % 4 == 0 ? "openAI/gpt-5" : "openAI/gpt-5-mini");
        return new IntakeRequest
        {
            Envelope = new Envelope { Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Model = planned.Profile.Model, Bytes = planned.Body },
            Scope = "run",
            Deadline = (number % 3) switch { 0 => null, 1 => now.AddHours(6), _ => now.AddMinutes(number) },
            IsBulk = number % 5 != 0,
            Constraints = number % 7 == 0 ? new DataConstraints { NoBatch = true } : DataConstraints.None,
        };
    }
}
