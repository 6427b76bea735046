using Parsimony.Engine;

namespace Parsimony.EndToEnd.Tests;

/// <summary>2,000 requests under one prefix of 6,000 tokens, bought in batches: without caching, marked as many do it, and as planned.</summary>
public sealed class KnownQueueTests
{
    private const int Count = 2_000;

    private static readonly ModelId Claude = ModelId.Parse("anthropic/claude-sonnet-4-5");

    [Fact]
    public async Task Planned_marks_cost_a_fraction_of_none_and_of_naive_ones_and_the_ledger_is_the_bill()
    {
        await using var batchOnly = new SharedPrefixRun(ProviderId.Anthropic, static _ => null);
        await batchOnly.BuyAsync(SharedPrefixRun.Documents(Claude, Count));
        await using var naive = new SharedPrefixRun(ProviderId.Anthropic, static _ => CacheTerms.Planned);
        await naive.BuyAsync(SharedPrefixRun.MarkedAtTheEnd(Claude, Count));
        await using var planned = new SharedPrefixRun(ProviderId.Anthropic, static _ => CacheTerms.Planned);
        await planned.BuyAsync(SharedPrefixRun.Documents(Claude, Count));
        var hits = await planned.HitsAsync(ProviderId.Anthropic);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"batch only {batchOnly.BillUsd} USD, marked at the end {naive.BillUsd} USD ({naive.HitRate:P1} hits), planned {planned.BillUsd} USD ({planned.HitRate:P1} hits)");

        Assert.Equal(0, batchOnly.HitRate);
        Assert.True(naive.BillUsd > batchOnly.BillUsd);
        Assert.True(planned.BillUsd < batchOnly.BillUsd / 3);
        // Of every twenty requests of its batches the sandbox lets three miss.
        Assert.InRange(planned.HitRate, 0.8, 0.9);
        Assert.Equal(Count, hits.Size);
        Assert.Equal(planned.HitRate, hits.Hits / (double)Count, 9);
        var expected = Assert.Single(await planned.Store.Observations.ReadAsync(ObservationKind.BatchHitsExpected, ProviderId.Anthropic, 10, TestContext.Current.CancellationToken));
        Assert.InRange(expected.Hits / (double)Count, 0.6, 0.7);
    }

    [Fact]
    public async Task Of_live_calls_that_share_a_prefix_one_goes_first_and_the_others_read_what_it_wrote()
    {
        await using var plain = new SharedPrefixRun(ProviderId.Anthropic, static _ => null, isLive: true);
        await plain.BuyAsync(SharedPrefixRun.Documents(Claude, 100), isLive: true);
        await using var planned = new SharedPrefixRun(ProviderId.Anthropic, static _ => CacheTerms.Planned with { Reuse = ReuseHint.Shared }, isLive: true);
        await planned.BuyAsync(SharedPrefixRun.Documents(Claude, 100), isLive: true);

        TestContext.Current.TestOutputHelper?.WriteLine($"live, no cache {plain.BillUsd} USD, planned {planned.BillUsd} USD ({planned.HitRate:P1} hits)");
        Assert.True(planned.HitRate >= 0.95);
        Assert.True(planned.BillUsd < plain.BillUsd / 3);
    }

    [Fact]
    public async Task Requests_that_begin_alike_go_live_where_that_is_cheaper_than_a_batch_that_may_miss()
    {
        // A read at a twentieth of the price.
        var cheapReads = ModelId.Parse("anthropic/claude-sonnet-5-5");
        await using var batched = new SharedPrefixRun(ProviderId.Anthropic, static _ => CacheTerms.Planned);
        await batched.BuyAsync(SharedPrefixRun.Documents(cheapReads, 400));
        await using var weighed = new SharedPrefixRun(ProviderId.Anthropic, static _ => CacheTerms.Planned, isLive: true, weighs: true);
        await weighed.BuyAsync(SharedPrefixRun.Documents(cheapReads, 400));

        TestContext.Current.TestOutputHelper?.WriteLine($"batched {batched.BillUsd} USD ({batched.HitRate:P1} hits), weighed {weighed.BillUsd} USD ({weighed.HitRate:P1} hits)");
        Assert.Equal([("batch", 400)], batched.Kinds);
        Assert.Equal([("live", 400)], weighed.Kinds);
        Assert.True(weighed.HitRate >= 0.95);
        Assert.True(weighed.BillUsd < batched.BillUsd * 0.9m);
    }

    [Fact]
    public async Task The_flexible_tier_takes_what_has_no_time_for_a_batch_at_half_the_price()
    {
        var mini = ModelId.Parse("openAI/gpt-5-mini");
        Envelope[] asked = [.. Enumerable.Range(0, 40).Select(number => new ChatRequest
        {
            Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text($"Question {number}: what follows from rule {number * 7}?")])],
            MaxOutputTokens = 64,
        }.ToEnvelope(mini))];
        await using var live = new SharedPrefixRun(ProviderId.OpenAI, static _ => null, isLive: true);
        await live.BuyAsync(asked, isLive: true, within: TimeSpan.FromMinutes(40));
        await using var flex = new SharedPrefixRun(ProviderId.OpenAI, static _ => null, isLive: true, takesFlex: true);
        await flex.BuyAsync(asked, within: TimeSpan.FromMinutes(40));

        Assert.Equal([("live", 40)], live.Kinds);
        Assert.Equal([("flex", 40)], flex.Kinds);
        Assert.Equal(live.BillUsd / 2, flex.BillUsd);
    }

    [Fact]
    public async Task What_models_write_by_themselves_is_declined_where_nothing_is_shared()
    {
        var model = ModelId.Parse("openAI/gpt-5.6-sol");
        await using var plain = new SharedPrefixRun(ProviderId.OpenAI, static _ => null);
        await using var planned = new SharedPrefixRun(ProviderId.OpenAI, static _ => CacheTerms.Planned);
        foreach (var run in new[] { plain, planned })
        {
            await run.BuyAsync(Enumerable.Range(0, 50).Select(number => new ChatRequest
            {
                Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text($"{number} " + string.Join(' ', Enumerable.Range(number, 3000)))])],
                MaxOutputTokens = 32,
            }.ToEnvelope(model)));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"left to the provider {plain.BillUsd} USD, declined {planned.BillUsd} USD");
        Assert.True(planned.BillUsd < plain.BillUsd * 0.9m);
    }
}
