namespace Parsimony.Core.Tests;

public sealed class BatchHitRateTests
{
    [Fact]
    public void Without_a_batch_the_prior_holds()
    {
        var prior = BatchHitRate.Prior(ProviderId.Anthropic);
        Assert.Equal(prior, prior.After([]));
        Assert.Equal(prior, prior.After([(0, 0)]));
    }

    [Fact]
    public void Measured_batches_outweigh_the_prior_and_narrow_it()
    {
        var prior = BatchHitRate.Prior(ProviderId.Anthropic);
        var few = prior.After([(1999, 1990)]);
        var many = prior.After([.. Enumerable.Repeat((1999d, 1990d), 50)]);
        Assert.InRange(few.Expected, prior.Expected, many.Expected);
        Assert.InRange(many.Expected, 0.96, 1);
        Assert.True(many.High - many.Low < prior.High - prior.Low);
    }

    [Fact]
    public void A_large_batch_counts_as_much_as_a_small_one()
    {
        var prior = BatchHitRate.Prior(ProviderId.OpenAI);
        Assert.Equal(prior.After([(10, 0)]), prior.After([(100_000, 0)]));
    }
}
