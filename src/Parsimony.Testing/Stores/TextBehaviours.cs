using System.Text;
using Parsimony.Engine;
using static Parsimony.Testing.StoreConformance;

namespace Parsimony.Testing;

internal static class TextBehaviours
{
    internal static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        Behaviour(nameof(Names_as_long_as_may_be_are_stored), Names_as_long_as_may_be_are_stored),
        Behaviour(nameof(A_longer_name_is_refused_and_leaves_nothing), A_longer_name_is_refused_and_leaves_nothing),
        Behaviour(nameof(A_call_that_is_over_is_booked_whatever_it_is_called), A_call_that_is_over_is_booked_whatever_it_is_called),
        Behaviour(nameof(Long_words_of_a_provider_are_cut), Long_words_of_a_provider_are_cut),
        Behaviour(nameof(A_callers_key_may_be_of_any_length), A_callers_key_may_be_of_any_length),
    ];

    private static async Task Names_as_long_as_may_be_are_stored(StoreWorld world)
    {
        var scope = Noise(1_000);
        // Of 2,400 bytes together: provider, model and credential have their part of it.
        var profile = Given.Profile() with { Tenant = Noise(700), Component = Noise(500), Session = Noise(500), Tags = Noise(675) };
        profile = profile with { Agent = Noise(2_400 - Length(profile)) };

        var enqueued = (await world.EnqueueAsync(Given.Request(scope: scope) with { Profile = profile }).ConfigureAwait(false))[0];

        var stored = await world.RequestAsync(enqueued.Id).ConfigureAwait(false);
        Expect.Equal((scope, profile), (stored.Scope, stored.Profile));
        Expect.False((await world.EnqueueAsync(Given.Request(scope: scope) with { Profile = profile }).ConfigureAwait(false))[0].IsNew);
    }

    private static async Task A_longer_name_is_refused_and_leaves_nothing(StoreWorld world)
    {
        var good = Given.Request("good");
        await RefusedAsync(() => world.EnqueueAsync(good, Given.Request(scope: Noise(1_001)))).ConfigureAwait(false);
        await RefusedAsync(() => world.Store.Runs.BeginAsync(Noise(5_000), "", null, world.Now)).ConfigureAwait(false);
        await RefusedAsync(() => world.EnqueueAsync(good, Given.Request("tags") with { Profile = Given.Profile() with { Tags = Noise(2_400) } })).ConfigureAwait(false);
        await RefusedAsync(() => world.EnqueueAsync(good, Given.Request("model") with { Profile = Given.Profile("openAI/" + Noise(20_000)) })).ConfigureAwait(false);

        Expect.True((await world.EnqueueAsync(good).ConfigureAwait(false))[0].IsNew);
    }

    private static async Task A_call_that_is_over_is_booked_whatever_it_is_called(StoreWorld world)
    {
        var like = await world.RequestAsync((await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0].Id).ConfigureAwait(false);
        var call = new MeteredCall(
            like with
            {
                Id = new RequestId(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
                Scope = "metered",
                State = RequestState.Answered,
                FinishedAt = world.Now,
                Profile = like.Profile with { Tags = "team=a," + Noise(9_000), Session = Noise(3_000), Tenant = "payer" },
            },
            Given.Entry(0) with { Kind = LedgerKind.Live, Route = Route.Live });

        await world.Store.Settlements.BookLiveAsync([call], world.Now).ConfigureAwait(false);

        var booked = await world.RequestAsync(call.Request.Id).ConfigureAwait(false);
        Expect.Equal(("payer", ""), (booked.Profile.Tenant, booked.Profile.Tags));
        Expect.True(call.Request.Profile.Session.StartsWith(booked.Profile.Session, StringComparison.Ordinal));
        Expect.Equal(0.002m, (await world.TotalsAsync("metered").ConfigureAwait(false)).SpentUsd);
    }

    private static async Task Long_words_of_a_provider_are_cut(StoreWorld world)
    {
        var enqueued = (await world.EnqueueAsync(Given.LiveRequest()).ConfigureAwait(false))[0];
        var words = Noise(20_000);
        var settlement = StoreWorld.Answered(enqueued.Sequence, 0) with { Move = new SettlementMove.ToAnswered(Given.Answer(), words) };

        await world.SettleAsync(settlement with { Entry = settlement.Entry is { } entry ? entry with { PriceSource = words } : null }).ConfigureAwait(false);

        var cut = (await world.RequestAsync(enqueued.Id).ConfigureAwait(false)).FinishReason ?? "";
        Expect.True(words.StartsWith(cut, StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(cut) is > 990 and <= 1_000);
        Expect.Equal(cut, (await world.Store.Ledger.ReadRequestAsync(enqueued.Sequence).ConfigureAwait(false)).Single().Entry.PriceSource);
    }

    private static async Task A_callers_key_may_be_of_any_length(StoreWorld world)
    {
        static NewRequest Keyed(string key) => Given.Request() is var r ? r with { Identity = r.Identity with { CallerKey = key } } : r;
        var key = Noise(100_000);

        var enqueued = await world.EnqueueAsync(Keyed(key), Keyed(key + "x"), Keyed(key)).ConfigureAwait(false);

        Expect.Sequence([true, true, false], enqueued.Select(e => e.IsNew));
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (ArgumentException exception) when (exception.Message.EndsWith("Shorten it.", StringComparison.Ordinal) && exception.Message.Length < 400)
        {
            return;
        }

        throw new ConformanceException("Expected: the name is refused, with a message that says which and what to do.");
    }

    /// <summary>A text of this many bytes that hardly compresses, of letters of one and of two bytes; the same each time.</summary>
    private static string Noise(int bytes)
    {
        var random = new Random(bytes);
        var text = new StringBuilder();
        for (var left = bytes; left > 0;)
        {
            var letter = left == 1 || random.Next(2) == 0 ? (char)random.Next('0', 'z') : (char)random.Next(0xC0, 0x24F);
            text.Append(letter);
            left -= letter < 0x80 ? 1 : 2;
        }

        return text.ToString();
    }

    private static int Length(RequestProfile profile) =>
        new[] { profile.Model.Provider.Value, profile.Model.Name, profile.Credential, profile.IsolationGroup, profile.Tenant, profile.Component, profile.Agent, profile.Session, profile.Tags }
            .Sum(Encoding.UTF8.GetByteCount);
}
