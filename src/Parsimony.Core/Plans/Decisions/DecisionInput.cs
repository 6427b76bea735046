namespace Parsimony;

/// <summary>What a decision looked at that is one request's own; everything else is its <see cref="DecisionContext"/>. Counts and instants only, nothing of the prompt.</summary>
public sealed record DecisionInput
{
    /// <summary>The instant of the decision.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>By when the answer must be there; null for none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Likely input tokens; null when nobody counted.</summary>
    public long? MeanInput { get; init; }

    /// <summary>Output tokens the request allows; null when it sets no limit.</summary>
    public long? MaxOutput { get; init; }

    /// <summary>How many answers it asks for at once.</summary>
    /// <value>1 by default.</value>
    public int Choices { get; init; } = 1;

    /// <summary>How many output tokens were likely; null when the planner's own guess was taken.</summary>
    public long? ExpectedOutput { get; init; }

    /// <summary>What a prompt cache would have done; null when nothing was known.</summary>
    public CacheOutlook? Cache { get; init; }

    /// <summary>The own part of what a plan is made of.</summary>
    public static DecisionInput Of(PlanRequest request, PlanContext context) => new()
    {
        At = context.Now,
        Deadline = request.Deadline,
        MeanInput = request.Tokens?.MeanInput,
        MaxOutput = request.Tokens?.MaxOutput,
        Choices = request.Tokens?.Choices ?? 1,
        ExpectedOutput = request.ExpectedOutput,
        Cache = context.Cache,
    };

    // The bound on its input is for budgets; no plan looks at it, so none is kept.
    internal TokenEstimate? Tokens => MeanInput is { } mean ? new TokenEstimate(mean, mean, MaxOutput, Choices) : null;
}
