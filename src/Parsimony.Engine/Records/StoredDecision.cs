using System.Globalization;

namespace Parsimony.Engine;

/// <summary>A decision as it was taken when a request was accepted, with all it was taken on.</summary>
public sealed record StoredDecision
{
    // Money is kept to a millionth of a millionth.
    private const decimal Parts = 1_000_000_000_000m;

    /// <summary>The number of its context in the store.</summary>
    public required long Context { get; init; }

    /// <summary>The context, as <see cref="DecisionContext.Text"/>.</summary>
    public required string Text { get; init; }

    /// <summary>What the log calls its context.</summary>
    public Guid ContextKey => DecisionContext.KeyOf(Text);

    /// <summary>What was the request's own.</summary>
    public required DecisionInput Input { get; init; }

    /// <summary>The route that was chosen.</summary>
    public required Route Route { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When an unanswered item was to leave its batch; null for never, and for a live call.</summary>
    public DateTimeOffset? EscalateAt { get; init; }

    /// <summary>What it was expected to cost, USD, rounded to twelve decimals; null when a price was unknown.</summary>
    public decimal? ExpectedUsd { get; init; }

    /// <summary>Decides again on what was stored, and compares.</summary>
    /// <exception cref="FormatException">The context was written by another version's planner, or is damaged.</exception>
    public DecisionReplay Replay()
    {
        var (request, context) = DecisionContext.Parse(Text).With(Input);
        var plan = Planner.Plan(request, context);
        return new DecisionReplay(request, context, plan, [.. Differences(plan)]);
    }

    /// <summary>An expected cost as it is kept: in millionths of a millionth of a dollar.</summary>
    internal static long? Keep(decimal? usd) => usd is { } amount ? (long)decimal.Round(Math.Clamp(amount, -9_000_000m, 9_000_000m) * Parts) : null;

    internal static decimal? Unkeep(long? parts) => parts / Parts;

    private IEnumerable<string> Differences(Plan plan)
    {
        if (plan.Route != Route)
        {
            yield return $"route: {Name(Route)}, now {Name(plan.Route)}";
        }

        if (TextLimits.FitPhrase(plan.Reason) is var reason && reason != Reason)
        {
            yield return $"reason: {Reason}, now {reason}";
        }

        if (plan.EscalateAt != EscalateAt)
        {
            yield return $"leaves its batch: {Name(EscalateAt)}, now {Name(plan.EscalateAt)}";
        }

        if (Keep(plan.ExpectedUsd) != Keep(ExpectedUsd))
        {
            yield return $"expected cost: {Name(ExpectedUsd)}, now {Name(plan.ExpectedUsd)}";
        }
    }

    private static string Name(Route route) => route.ToString().ToLowerInvariant();

    private static string Name(DateTimeOffset? at) => at?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture) ?? "never";

    private static string Name(decimal? usd) => usd is { } amount ? $"{amount.ToString(CultureInfo.InvariantCulture)} USD" : "unknown";
}

/// <summary>A decision made again.</summary>
/// <param name="Request">What was asked, as the planner saw it; without its prompt, which no plan looks into.</param>
/// <param name="Context">What it was decided on.</param>
/// <param name="Plan">The plan this version's planner makes of it.</param>
/// <param name="Differences">What of it is not as it was decided, in words; empty when it is the same plan.</param>
public sealed record DecisionReplay(PlanRequest Request, PlanContext Context, Plan Plan, IReadOnlyList<string> Differences)
{
    /// <summary>Whether it is the same plan: route, reason, instant to leave the batch, and expected cost.</summary>
    public bool IsSame => Differences.Count == 0;
}
