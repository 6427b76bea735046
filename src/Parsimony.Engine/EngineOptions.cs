namespace Parsimony.Engine;

/// <summary>What the engine does when nobody can say whether an attempt was billed.</summary>
public enum UncertaintyPolicy
{
    /// <summary>Buy again, at most once per request and within <see cref="EngineOptions.MaxHedgeUsd"/>, and book it as such.</summary>
    PayAgain,

    /// <summary>Wait for proof, even past the deadline.</summary>
    Wait,

    /// <summary>Wait for an operator.</summary>
    Operator,
}

/// <summary>The engine's settings. Times are wall-clock spans of its <see cref="TimeProvider"/> (sandbox time under a sandbox).</summary>
public sealed class EngineOptions
{
    /// <summary>How long a claim lasts before another worker may take over. More than <see cref="SendLimit"/>.</summary>
    /// <value>15 minutes by default.</value>
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Limit of one create call, its upload included. At this limit the call is given up.</summary>
    /// <value>10 minutes by default.</value>
    public TimeSpan SendLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Limit of one live call.</summary>
    /// <value>10 minutes by default.</value>
    public TimeSpan LiveTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Largest difference assumed between our clock and a provider's.</summary>
    /// <value>2 minutes by default.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time between two searches for a batch whose create reply was lost: provider lists may lag.</summary>
    /// <value>2 minutes by default.</value>
    public TimeSpan SearchSettleDelay { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>For how long after create a 404 is taken for lag.</summary>
    /// <value>10 minutes by default.</value>
    public TimeSpan NotFoundGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a batch may stay open to be filled.</summary>
    /// <value>30 seconds by default.</value>
    public TimeSpan FillTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A batch holding this many requests is closed at once; null leaves it to <see cref="FillTime"/> and the provider's limits.</summary>
    /// <value>Null by default.</value>
    public int? FillCount { get; set; }

    /// <summary>Time between two status calls; null takes the provider's own.</summary>
    /// <value>Null by default.</value>
    public TimeSpan? PollInterval { get; set; }

    /// <summary>How long one of many requests without a deadline may stay in a batch (and the batch be filled) before it goes live; null for as long as its provider takes.</summary>
    /// <value>24 hours by default; <c>batchTimeoutSeconds</c> of a configuration.</value>
    public TimeSpan? BatchTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Live calls of the engine at the same time, but for those of providers that have a number of their own (<see cref="IProvider.MaxParallelCalls"/>).</summary>
    /// <value>16 by default; 1-1,000.</value>
    public int ParallelSends { get; set; } = 16;

    /// <summary>Senders that share <see cref="ParallelSends"/>: calls that hang hold up only their own sender's share. No more of them run than there are parallel sends.</summary>
    /// <value>4 by default; 1-100.</value>
    public int Senders { get; set; } = 4;

    /// <summary>Live tries of one request that fail for sure before it is given up.</summary>
    /// <value>3 by default.</value>
    public int MaxSends { get; set; } = 3;

    /// <summary>What to do when an attempt may have been billed without an answer.</summary>
    /// <value><see cref="UncertaintyPolicy.PayAgain"/> by default.</value>
    public UncertaintyPolicy Uncertainty { get; set; } = UncertaintyPolicy.PayAgain;

    /// <summary>Most that second purchases of one run may cost, USD, by their upper bounds. Above it the engine waits.</summary>
    /// <value>1.00 by default.</value>
    public decimal MaxHedgeUsd { get; set; } = 1.00m;

    /// <summary>Result lines settled in one transaction.</summary>
    /// <value>1,000 by default.</value>
    public int SettleChunk { get; set; } = 1_000;

    /// <summary>Unfinished downloads of one batch's results before what is missing counts as missing.</summary>
    /// <value>3 by default.</value>
    public int MaxDownloads { get; set; } = 3;

    /// <summary>How often waiting callers look for answers another process may have collected.</summary>
    /// <value>500 ms by default.</value>
    public TimeSpan WaitPollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause of an idle stage.</summary>
    /// <value>2 seconds by default.</value>
    public TimeSpan IdlePause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a node that is stopped lets what is under way end before it is cancelled; zero cancels at once. Either way nothing is lost: what did not end is given back, and another node goes on with it.</summary>
    /// <value>20 seconds by default: less than the 30 an application's host waits for its services.</value>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Days payloads are kept after their request ended.</summary>
    /// <value>30 by default.</value>
    public int MetricsRetentionDays { get; set; } = 30;

    /// <summary>Days ledger entries are kept; roll-ups by hour stay.</summary>
    /// <value>400 by default.</value>
    public int LedgerRetentionDays { get; set; } = 400;

    /// <summary>Whether completion, cancel and live times are learnt from what was seen; else <see cref="Completion"/> alone decides.</summary>
    /// <value>True by default; <c>learnCompletionTimes</c> of a configuration.</value>
    public bool LearnTimes { get; set; } = true;

    /// <summary>Completion times assumed until they are learnt.</summary>
    public CompletionPrior Completion { get; set; } = CompletionPrior.Fixed;

    /// <summary>A hit rate under this, 0-1, over the last live calls of a model that asked something of the prompt cache is logged as a warning; 0 never is.</summary>
    /// <value>0.1 by default; <c>cacheWarningThreshold</c> of a configuration.</value>
    public double CacheWarningThreshold { get; set; } = 0.1;

    /// <summary>Every fault of these settings at once; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        void Positive(TimeSpan value, string name)
        {
            if (value <= TimeSpan.Zero)
            {
                faults.Add($"{name} is {value}; set it to more than zero.");
            }
        }

        void NotNegative(TimeSpan value, string name)
        {
            if (value < TimeSpan.Zero)
            {
                faults.Add($"{name} is {value}; set it to zero or more.");
            }
        }

        Positive(LeaseTime, nameof(LeaseTime));
        Positive(SendLimit, nameof(SendLimit));
        Positive(LiveTimeout, nameof(LiveTimeout));
        Positive(SearchSettleDelay, nameof(SearchSettleDelay));
        Positive(FillTime, nameof(FillTime));
        Positive(WaitPollInterval, nameof(WaitPollInterval));
        Positive(IdlePause, nameof(IdlePause));
        NotNegative(ClockSkew, nameof(ClockSkew));
        NotNegative(DrainTime, nameof(DrainTime));
        NotNegative(NotFoundGrace, nameof(NotFoundGrace));
        if (PollInterval is { } poll)
        {
            Positive(poll, nameof(PollInterval));
        }

        if (BatchTimeout is { } timeout)
        {
            Positive(timeout, nameof(BatchTimeout));
        }

        if (SendLimit >= LeaseTime || LiveTimeout >= LeaseTime)
        {
            faults.Add($"LeaseTime ({LeaseTime}) must be longer than SendLimit ({SendLimit}) and LiveTimeout ({LiveTimeout}), or a claim ends while its call is under way.");
        }

        if (FillCount is <= 0)
        {
            faults.Add($"FillCount is {FillCount}; set it to 1 or more, or leave it out.");
        }

        if (ParallelSends is < 1 or > 1_000)
        {
            faults.Add($"ParallelSends is {ParallelSends}; set it to 1-1,000.");
        }

        if (Senders is < 1 or > 100)
        {
            faults.Add($"Senders is {Senders}; set it to 1-100.");
        }

        if (MaxSends < 1 || MaxDownloads < 1 || SettleChunk is < 1 or > 10_000)
        {
            faults.Add("MaxSends and MaxDownloads must be 1 or more, SettleChunk 1-10,000.");
        }

        if (MaxHedgeUsd < 0)
        {
            faults.Add($"MaxHedgeUsd is {MaxHedgeUsd}; set it to 0 or more.");
        }

        if (CacheWarningThreshold is not (>= 0 and <= 1))
        {
            faults.Add($"CacheWarningThreshold is {CacheWarningThreshold}; set it to 0-1.");
        }

        if (MetricsRetentionDays < 1 || LedgerRetentionDays < MetricsRetentionDays)
        {
            faults.Add("MetricsRetentionDays must be 1 or more, and LedgerRetentionDays no less than it.");
        }

        return faults;
    }
}
