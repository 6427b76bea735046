using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

/// <summary>What a provider says it charged is booked where there is no price of ours, and only there.</summary>
public sealed class BookkeeperTests
{
    private static readonly DateTimeOffset November = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
    private static readonly TokenUsage Usage = new() { UncachedInput = 100_000, Output = 100_000 };

    [Fact]
    public void A_batch_without_a_price_costs_what_the_answer_says_and_the_batch_saved_the_rest()
    {
        var entry = Book("xai/grok-4.3", LedgerKind.Batch, 0.25m);

        Assert.Equal((0.25m, 0.375m, 0.125m, 0m), (entry.CostUsd, entry.BaselineUsd, entry.SavedByBatchUsd, entry.SavedByCacheUsd));
        Assert.Equal(("told by xai in the answer", null), (entry.PriceSource, entry.UpperBoundUsd));
        Assert.Equal((CostBasis.Told, 0.25m), (entry.Basis, entry.ReportedUsd));
    }

    [Fact]
    public void A_model_without_any_price_costs_what_the_answer_says_and_saves_nothing_that_is_known()
    {
        var entry = Book("xai/grok-of-tomorrow", LedgerKind.Live, 0.5m);

        Assert.Equal((0.5m, null, 0m, 0m), (entry.CostUsd, entry.BaselineUsd, entry.SavedByBatchUsd, entry.SavedByCacheUsd));
    }

    [Fact]
    public void A_price_of_ours_goes_before_what_the_answer_says_and_stands_beside_it()
    {
        var entry = Book("xai/grok-4.3", LedgerKind.Live, 9m);

        Assert.Equal((0.375m, 9m, CostBasis.Computed), (entry.CostUsd, entry.ReportedUsd, entry.Basis));
    }

    [Fact]
    public void Without_either_the_cost_is_unknown_and_has_its_bound()
    {
        var entry = Book("xai/grok-4.3", LedgerKind.Batch, told: null);

        Assert.Equal((null, 7m, CostBasis.Unknown), (entry.CostUsd, entry.UpperBoundUsd, entry.Basis));
    }

    [Fact]
    public void An_entry_without_a_price_names_the_model_that_has_none() =>
        Assert.Contains("vertexAI/claude-haiku-4-5@20251001", Book("vertexAI/claude-haiku-4-5@20251001", LedgerKind.Live, told: null).PriceSource, StringComparison.Ordinal);

    private static LedgerEntry Book(string model, LedgerKind kind, decimal? told) => new Bookkeeper(PriceList.Default).BookAnswer(
        new StoredRequest
        {
            Sequence = 1,
            Id = new RequestId(Guid.Empty),
            Scope = "run",
            Profile = Given.Profile(model),
            State = RequestState.Answered,
            Route = kind == LedgerKind.Batch ? Route.Batch : Route.Live,
            Reason = "",
            Attempt = 1,
            Sends = 1,
            Uncertain = 0,
            AcceptedAt = November,
            BoundUsd = 7m,
        },
        1,
        kind,
        new Answer { Body = default, Usage = Usage, ReportedUsd = told },
        November);
}
