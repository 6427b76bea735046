namespace Parsimony;

/// <summary>What is believed of the times of one provider and model: when a batch is done, and what a way out of it takes.</summary>
public sealed record RouteForecast
{
    /// <summary>The chance that way out may take longer than it is given; half of it for each of its two parts.</summary>
    public const double Risk = 0.001;

    /// <summary>When a batch is done.</summary>
    public CompletionForecast Completion { get; init; } = CompletionForecast.Prior;

    /// <summary>How long a batch may take to stop once it is cancelled.</summary>
    public required TimeBound Cancel { get; init; }

    /// <summary>How long a live call may take.</summary>
    public required TimeBound Live { get; init; }

    /// <summary>What is kept free before a deadline: the time to cancel, then to send live.</summary>
    public TimeSpan Buffer => Cancel.Value + Live.Value;

    /// <summary>What is believed before anything was seen.</summary>
    /// <param name="cancelTime">How long the provider's page says a cancel may take.</param>
    /// <param name="prior">The fixed prior, whose live time is taken.</param>
    public static RouteForecast Before(TimeSpan cancelTime, CompletionPrior prior) => new()
    {
        Cancel = new TimeBound { Value = cancelTime, Seen = 0 },
        Live = new TimeBound { Value = prior.LiveCall, Seen = 0 },
    };
}
