using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class ControlBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(Nothing_is_held_back_at_first), Nothing_is_held_back_at_first),
        Reopening(nameof(The_last_word_on_a_provider_and_credential_holds), The_last_word_on_a_provider_and_credential_holds),
        Behaviour(nameof(A_tight_queue_gives_each_group_its_turn), A_tight_queue_gives_each_group_its_turn),
        Reopening(nameof(Turns_are_remembered_when_the_queue_is_empty_between), Turns_are_remembered_when_the_queue_is_empty_between),
        Behaviour(nameof(A_batch_goes_by_the_highest_priority_of_its_items), A_batch_goes_by_the_highest_priority_of_its_items),
        Behaviour(nameof(A_batch_of_which_only_some_are_low_is_not_low), A_batch_of_which_only_some_are_low_is_not_low),
        Behaviour(nameof(A_page_of_sends_has_one_of_each_tenant_in_turn), A_page_of_sends_has_one_of_each_tenant_in_turn),
        Behaviour(nameof(A_few_behind_thousands_are_sent_at_once), A_few_behind_thousands_are_sent_at_once),
        Behaviour(nameof(Of_one_tenant_the_higher_priority_is_sent_first_until_the_lower_has_waited), Of_one_tenant_the_higher_priority_is_sent_first_until_the_lower_has_waited),
        Behaviour(nameof(What_may_not_be_sent_stays_and_hides_nobody), What_may_not_be_sent_stays_and_hides_nobody),
    ];

    private static async Task Nothing_is_held_back_at_first(StoreWorld world)
    {
        Expect.Equal(0, (await world.Store.Switches.ReadAsync().ConfigureAwait(false)).Count);
        Expect.Equal(0, (await world.Store.Switches.ReadHistoryAsync(10).ConfigureAwait(false)).Count);
    }

    private static async Task The_last_word_on_a_provider_and_credential_holds(StoreWorld world)
    {
        var all = new ProviderSwitch { Provider = ProviderId.OpenAI, Setting = SwitchSetting.Paused, Reason = "maintenance", By = "ada", At = world.Now };
        var one = all with { Credential = "old", Setting = SwitchSetting.Killed, By = "ben", At = world.Now.AddMinutes(1) };
        await world.Store.Switches.SetAsync(all).ConfigureAwait(false);
        await world.Store.Switches.SetAsync(one).ConfigureAwait(false);
        await world.Store.Switches.SetAsync(all with { Setting = SwitchSetting.Draining }).ConfigureAwait(false);
        await world.ReopenAsync().ConfigureAwait(false);

        Expect.Sequence([all with { Setting = SwitchSetting.Draining }, one], await world.Store.Switches.ReadAsync().ConfigureAwait(false));
        await world.Store.Switches.SetAsync(all with { Setting = SwitchSetting.Open }).ConfigureAwait(false);
        Expect.Sequence([one], await world.Store.Switches.ReadAsync().ConfigureAwait(false));
        Expect.Sequence(
            [SwitchSetting.Open, SwitchSetting.Draining, SwitchSetting.Killed],
            [.. (await world.Store.Switches.ReadHistoryAsync(3).ConfigureAwait(false)).Select(said => said.Setting)]);
    }

    private static async Task A_tight_queue_gives_each_group_its_turn(StoreWorld world)
    {
        var lane = Given.Lane with { MaxRequests = 4 };
        await SealAsync(world, "many", 16, lane).ConfigureAwait(false);
        await SealAsync(world, "few", 2, lane).ConfigureAwait(false);
        var queue = StoreWorld.Open with { MaxQueuedRequests = 8 };

        // Of equals the oldest; then whoever has the fewest tokens there.
        Expect.Sequence(["many", "few"], [await NextAsync(world, queue).ConfigureAwait(false), await NextAsync(world, queue).ConfigureAwait(false)]);
        Expect.Equal(null, await NextAsync(world, queue).ConfigureAwait(false));
    }

    private static async Task Turns_are_remembered_when_the_queue_is_empty_between(StoreWorld world)
    {
        var lane = Given.Lane with { MaxRequests = 4 };
        await SealAsync(world, "many", 16, lane).ConfigureAwait(false);
        await SealAsync(world, "few", 4, lane).ConfigureAwait(false);
        var queue = StoreWorld.Open with { MaxQueuedRequests = 4 };
        var order = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var batch = Expect.Found(await world.ClaimAsync(queue).ConfigureAwait(false));
            order.Add(batch.IsolationGroup);
            await FinishAsync(world, batch).ConfigureAwait(false);
            world.Now = world.Now.AddMinutes(1);
            await world.ReopenAsync().ConfigureAwait(false);
        }

        Expect.Sequence(["many", "few", "many", "many"], order);
    }

    private static async Task A_batch_goes_by_the_highest_priority_of_its_items(StoreWorld world)
    {
        var usual = await SealAsync(world, "", 2, Given.Lane).ConfigureAwait(false);
        var low = await SealAsync(world, "", 2, Given.Lane, "priority=1").ConfigureAwait(false);
        var mixed = await SealAsync(world, "", 3, Given.Lane, "", "priority=8").ConfigureAwait(false);

        Expect.Sequence([mixed, usual, low], await ClaimAllAsync(world).ConfigureAwait(false));
    }

    private static async Task A_batch_of_which_only_some_are_low_is_not_low(StoreWorld world)
    {
        var low = await SealAsync(world, "", 2, Given.Lane, "priority=1").ConfigureAwait(false);
        var mixed = await SealAsync(world, "", 2, Given.Lane, "priority=1", "").ConfigureAwait(false);

        Expect.Sequence([mixed, low], await ClaimAllAsync(world).ConfigureAwait(false));
    }

    private static async Task A_page_of_sends_has_one_of_each_tenant_in_turn(StoreWorld world)
    {
        await EnqueueLiveAsync(world, "a", 9).ConfigureAwait(false);
        await EnqueueLiveAsync(world, "b", 3).ConfigureAwait(false);
        await EnqueueLiveAsync(world, "c", 1).ConfigureAwait(false);
        var order = "";
        for (var i = 0; i < 3; i++)
        {
            order += string.Concat((await world.Store.Requests.ClaimForSendAsync(world.Mine, 3, world.Now).ConfigureAwait(false)).Select(sent => sent.Profile.Tenant));
        }

        Expect.Equal("abcababaa", order);
    }

    private static async Task A_few_behind_thousands_are_sent_at_once(StoreWorld world)
    {
        await EnqueueLiveAsync(world, "many", 2_000).ConfigureAwait(false);
        await EnqueueLiveAsync(world, "few", 2).ConfigureAwait(false);
        var first = await world.Store.Requests.ClaimForSendAsync(world.Mine, 2, world.Now).ConfigureAwait(false);
        var second = await world.Store.Requests.ClaimForSendAsync(world.Mine, 2, world.Now).ConfigureAwait(false);

        Expect.Sequence(["few", "many", "few", "many"], [.. Tenants(first), .. Tenants(second)]);
        static IEnumerable<string> Tenants(IEnumerable<StoredRequest> page) => page.Select(sent => sent.Profile.Tenant).Order(StringComparer.Ordinal);
    }

    private static async Task Of_one_tenant_the_higher_priority_is_sent_first_until_the_lower_has_waited(StoreWorld world)
    {
        await EnqueueLiveAsync(world, "a", 3, "priority=1").ConfigureAwait(false);
        world.Now = world.Now.AddMinutes(29);
        await EnqueueLiveAsync(world, "a", 1).ConfigureAwait(false);
        Expect.Equal("", (await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false))[0].Profile.Tags);

        // Three levels are worth half an hour.
        world.Now = world.Now.AddMinutes(2);
        await EnqueueLiveAsync(world, "a", 2).ConfigureAwait(false);
        Expect.Equal("priority=1", (await world.Store.Requests.ClaimForSendAsync(world.Mine, 1, world.Now).ConfigureAwait(false))[0].Profile.Tags);
    }

    private static async Task What_may_not_be_sent_stays_and_hides_nobody(StoreWorld world)
    {
        await EnqueueLiveAsync(world, "shut", 500).ConfigureAwait(false);
        await EnqueueLiveAsync(world, "open", 2).ConfigureAwait(false);
        static bool IsOpen(RequestProfile profile) => profile.Tenant == "open";

        Expect.Equal(2, (await world.Store.Requests.ClaimForSendAsync(world.Mine, 10, world.Now, IsOpen).ConfigureAwait(false)).Count);
        Expect.Equal(0, (await world.Store.Requests.ClaimForSendAsync(world.Mine, 10, world.Now, IsOpen).ConfigureAwait(false)).Count);
        Expect.Equal(10, (await world.Store.Requests.ClaimForSendAsync(world.Mine, 10, world.Now).ConfigureAwait(false)).Count);
    }

    private static Task<IReadOnlyList<EnqueuedRequest>> EnqueueLiveAsync(StoreWorld world, string tenant, int count, string tags = "") => world.EnqueueAsync(
    [
        .. Enumerable.Range(0, count).Select(i => Given.LiveRequest($"{tenant} {tags} {world.Now:O} {i}") with
        {
            Deadline = null,
            Profile = Given.Profile() with { Tenant = tenant, Tags = tags },
        }),
    ]);

    /// <summary>Sealed batches of a group, of items with these tags in turn; the last one's number.</summary>
    private static async Task<long> SealAsync(StoreWorld world, string group, int count, LaneLimits lane, params string[] tags)
    {
        tags = tags.Length == 0 ? [""] : tags;
        var scope = $"run {group} {world.Now:O}";
        var enqueued = await world.EnqueueAsync(
        [
            .. Enumerable.Range(0, count).Select(i => Given.Request($"text {i}", scope) with
            {
                Lane = lane,
                Profile = Given.Profile() with { IsolationGroup = group, Tags = tags[i % tags.Length] },
            }),
        ]).ConfigureAwait(false);
        await world.Store.Batches.FlushAsync(scope, world.Now).ConfigureAwait(false);
        world.Now = world.Now.AddSeconds(1);
        return (await world.RequestAsync(enqueued[^1].Id).ConfigureAwait(false)).Batch ?? throw new ConformanceException("A request with a lane is in no batch.");
    }

    private static async Task<List<long>> ClaimAllAsync(StoreWorld world)
    {
        var order = new List<long>();
        while (await world.ClaimAsync().ConfigureAwait(false) is { } batch)
        {
            order.Add(batch.Id);
            await FinishAsync(world, batch).ConfigureAwait(false);
        }

        return order;
    }

    /// <summary>Takes a claimed batch out of the queue, as if it were done.</summary>
    private static async Task FinishAsync(StoreWorld world, Batch batch)
    {
        await world.SettleAsync([.. (await world.Store.Settlements.ReadUnsettledAsync(batch.Id, 0, 1_000).ConfigureAwait(false))
            .Select(request => StoreWorld.Ended(request.Sequence, RequestState.Failed))]).ConfigureAwait(false);
        Expect.True(await world.Store.Submissions.MarkRejectedAsync(batch.Id, batch.Lease ?? world.Mine, "done", world.Now).ConfigureAwait(false));
    }

    private static async Task<string?> NextAsync(StoreWorld world, Admission queue) => (await world.ClaimAsync(queue).ConfigureAwait(false))?.IsolationGroup;
}
