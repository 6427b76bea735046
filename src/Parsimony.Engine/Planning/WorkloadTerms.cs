namespace Parsimony.Engine;

/// <summary>What the configuration says of a workload's requests, for those that do not say it themselves.</summary>
/// <param name="Priority">Their priority; null when it says none.</param>
/// <param name="Constraints">What may not be done with their data, besides what they say themselves.</param>
public sealed record WorkloadTerms(RequestPriority? Priority, DataConstraints Constraints)
{
    /// <summary>Nothing said.</summary>
    public static WorkloadTerms None { get; } = new(null, DataConstraints.None);
}
