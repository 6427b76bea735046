namespace Parsimony.Engine.Tests;

public sealed class EngineOptionsTests
{
    [Fact]
    public void The_defaults_can_be_used() => Assert.Empty(new EngineOptions().Validate());

    [Fact]
    public void The_defaults_are_as_documented()
    {
        var options = new EngineOptions();

        Assert.Equal(
            (15, 10, 10, 2, 2, 10),
            (options.LeaseTime.TotalMinutes, options.SendLimit.TotalMinutes, options.LiveTimeout.TotalMinutes,
                options.ClockSkew.TotalMinutes, options.SearchSettleDelay.TotalMinutes, options.NotFoundGrace.TotalMinutes));
        Assert.Equal(20, options.DrainTime.TotalSeconds);
        Assert.Equal((30, 500, 2_000), (options.FillTime.TotalSeconds, options.WaitPollInterval.TotalMilliseconds, options.IdlePause.TotalMilliseconds));
        Assert.Equal((null, null), (options.FillCount, options.PollInterval));
        Assert.Equal(TimeSpan.FromHours(24), options.BatchTimeout);
        Assert.Equal((16, 4, 3, 1_000, 3), (options.ParallelSends, options.Senders, options.MaxSends, options.SettleChunk, options.MaxDownloads));
        Assert.Equal((UncertaintyPolicy.PayAgain, 1.00m), (options.Uncertainty, options.MaxHedgeUsd));
        Assert.Equal((30, 400), (options.MetricsRetentionDays, options.LedgerRetentionDays));
        Assert.Equal((true, CompletionPrior.Fixed), (options.LearnTimes, options.Completion));
        Assert.Equal(0.1, options.CacheWarningThreshold);
    }

    [Fact]
    public void Every_setting_has_its_default_pinned() => Assert.Equal(25, typeof(EngineOptions).GetProperties().Length);

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = new EngineOptions
        {
            LeaseTime = TimeSpan.Zero,
            SendLimit = TimeSpan.FromSeconds(-1),
            LiveTimeout = TimeSpan.Zero,
            ClockSkew = TimeSpan.FromSeconds(-1),
            SearchSettleDelay = TimeSpan.Zero,
            NotFoundGrace = TimeSpan.FromSeconds(-1),
            FillTime = TimeSpan.Zero,
            WaitPollInterval = TimeSpan.Zero,
            IdlePause = TimeSpan.Zero,
            PollInterval = TimeSpan.Zero,
            BatchTimeout = TimeSpan.Zero,
            FillCount = 0,
            ParallelSends = 0,
            Senders = 0,
            MaxSends = 0,
            MaxHedgeUsd = -1,
            MetricsRetentionDays = 0,
            CacheWarningThreshold = 1.5,
        }.Validate();

        Assert.All(
            ["LeaseTime", "SendLimit", "LiveTimeout", "ClockSkew", "SearchSettleDelay", "NotFoundGrace", "FillTime", "WaitPollInterval", "IdlePause", "PollInterval", "BatchTimeout", "FillCount", "ParallelSends", "Senders", "MaxSends", "MaxHedgeUsd", "MetricsRetentionDays", "CacheWarningThreshold"],
            name => Assert.Contains(faults, fault => fault.Contains(name, StringComparison.Ordinal)));
        Assert.Equal(19, faults.Count);
    }

    [Fact]
    public void What_may_be_left_out_can_be_zero_or_nothing() =>
        Assert.Empty(new EngineOptions { ClockSkew = TimeSpan.Zero, NotFoundGrace = TimeSpan.Zero, BatchTimeout = null }.Validate());

    [Theory]
    [InlineData(10, 15, 10)]
    [InlineData(15, 10, 10)]
    [InlineData(10, 10, 10)]
    public void A_lease_must_outlast_the_calls_made_under_it(int lease, int send, int live)
    {
        var options = new EngineOptions { LeaseTime = TimeSpan.FromMinutes(lease), SendLimit = TimeSpan.FromMinutes(send), LiveTimeout = TimeSpan.FromMinutes(live) };

        Assert.Equal(lease <= Math.Max(send, live), options.Validate().Count == 1);
    }
}
