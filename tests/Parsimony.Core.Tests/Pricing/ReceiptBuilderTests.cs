namespace Parsimony.Core.Tests;

public sealed class ReceiptBuilderTests
{
    private static readonly TokenUsage Document = Given.Tokens(2_000, 500);

    private readonly ReceiptBuilder _builder = new();

    [Fact]
    public void Adds_attempts_without_rounding()
    {
        var tiny = Given.Tokens(1);
        for (var i = 0; i < 1_000; i++)
        {
            _builder.AddAttempt(Given.Haiku55, ReceiptRoute.Batch, tiny, Given.Prices.Split(Given.Haiku55, tiny, PriceTier.Batch, Given.November));
        }

        var receipt = _builder.Build();

        Assert.Equal(0.00005m, receipt.ActualUsd);
        Assert.Equal(0.0001m, receipt.BaselineUsd);
        Assert.Equal(0.5m, receipt.SavedShare);
        Assert.Equal(1_000, receipt.Batch);
        Assert.Equal(1_000, receipt.Usage.UncachedInput);
    }

    [Fact]
    public void Explains_the_whole_difference_by_causes_less_hedges()
    {
        _builder.AddAttempt(Given.Sonnet45, ReceiptRoute.Batch, Document, Given.Prices.Split(Given.Sonnet45, Document, PriceTier.Batch, Given.November));
        _builder.AddAttempt(Given.Sonnet45, ReceiptRoute.Reused, Document, Given.Prices.SplitReused(Given.Sonnet45, Document, Given.November));
        _builder.AddAttempt(Given.Sonnet45, ReceiptRoute.Hedge, Document, Given.Prices.Split(Given.Sonnet45, Document, PriceTier.Live, Given.November));

        var receipt = _builder.Build();

        Assert.Equal(0.00675m + 0.0135m, receipt.ActualUsd);
        Assert.Equal(0.027m, receipt.BaselineUsd);
        Assert.Equal(0.0135m, receipt.HedgeUsd);
        Assert.Equal(receipt.BaselineUsd - receipt.ActualUsd, receipt.SavedUsd);
        Assert.Equal((1, 1, 1), (receipt.Batch, receipt.Reused, receipt.Hedges));
    }

    [Fact]
    public void Counts_tokens_of_paid_attempts_only()
    {
        _builder.AddAttempt(Given.Sonnet45, ReceiptRoute.Reused, Document, Given.Prices.SplitReused(Given.Sonnet45, Document, Given.November));

        Assert.Equal(0, _builder.Build().Usage.TotalInput);
    }

    [Fact]
    public void Keeps_an_unknown_cost_out_of_the_money_and_shows_its_bound()
    {
        var unknown = Given.Prices.Split(Given.Unlisted, Document, PriceTier.Live, Given.November);
        _builder.AddAttempt(Given.Unlisted, ReceiptRoute.Live, Document, unknown, upperBoundUsd: 0.02m);
        _builder.AddAttempt(Given.Unlisted, ReceiptRoute.Live, Document, unknown);

        var receipt = _builder.Build();

        Assert.Equal((0m, 0m), (receipt.ActualUsd, receipt.BaselineUsd));
        Assert.Equal((2, 1), (receipt.UnknownCost, receipt.Unbounded));
        Assert.Equal(0.02m, receipt.UnknownUpperBoundUsd);
        Assert.False(receipt.IsComplete);
        Assert.Null(receipt.SavedShare);
    }

    [Fact]
    public void Claims_no_saving_where_the_baseline_is_unknown()
    {
        var split = Given.Prices.SplitRouted(Given.Unlisted, Given.Haiku55, Document, PriceTier.Batch, Given.November);
        _builder.AddAttempt(Given.Haiku55, ReceiptRoute.Batch, Document, split);

        var receipt = _builder.Build();

        Assert.Equal(receipt.ActualUsd, receipt.BaselineUsd);
        Assert.Equal(1, receipt.UnknownBaseline);
    }

    [Fact]
    public void Counts_outcomes_apart_from_attempts()
    {
        _builder.AddOutcome(Given.Haiku55, answered: true);
        _builder.AddOutcome(Given.Haiku55, answered: false);

        var receipt = _builder.Build();

        Assert.Equal((2, 1, 1), (receipt.Requests, receipt.Answered, receipt.Failed));
        Assert.Equal(0, receipt.Live);
    }

    [Fact]
    public void Splits_by_model()
    {
        _builder.AddOutcome(Given.Haiku55, answered: true);
        _builder.AddOutcome(Given.Sonnet45, answered: true);
        _builder.AddAttempt(Given.Sonnet45, ReceiptRoute.Live, Document, Given.Prices.Split(Given.Sonnet45, Document, PriceTier.Live, Given.November));

        var receipt = _builder.Build();

        Assert.Equal(2, receipt.ByModel.Count);
        Assert.Equal(receipt.ActualUsd, receipt.ByModel[Given.Sonnet45].ActualUsd);
        Assert.Equal(1, receipt.ByModel[Given.Haiku55].Requests);
    }

    [Fact]
    public void Counts_estimated_prices()
    {
        var usage = Given.Tokens(writeShort: 1_000);
        _builder.AddAttempt(Given.Gpt56Sol, ReceiptRoute.Batch, usage, Given.Prices.Split(Given.Gpt56Sol, usage, PriceTier.Batch, Given.November));

        Assert.Equal(1, _builder.Build().Estimated);
    }

    [Fact]
    public void A_receipt_does_not_change_after_it_was_built()
    {
        var early = _builder.Build();
        _builder.AddOutcome(Given.Haiku55, answered: true);

        Assert.Equal(0, early.Requests);
        Assert.Empty(early.ByModel);
    }
}
