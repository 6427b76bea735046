namespace Parsimony.Engine;

/// <summary>What a new request's route was decided on, to be stored with it so that the decision can be made again.</summary>
/// <param name="Context">What it shares with others.</param>
/// <param name="Input">What is its own.</param>
/// <param name="ExpectedUsd">What the plan expected to pay, USD; null when a price was unknown.</param>
public sealed record PlannedDecision(DecisionContext Context, DecisionInput Input, decimal? ExpectedUsd);
