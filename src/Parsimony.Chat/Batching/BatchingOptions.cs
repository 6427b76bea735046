using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>Settings of batching one client's calls.</summary>
public sealed class BatchingOptions
{
    /// <summary>Whose batch API the calls may go through.</summary>
    /// <value>Null by default: taken from the inner client's metadata (provider name and default model).</value>
    public ProviderId? Provider { get; set; }

    /// <summary>The model, where neither the call nor the inner client names one.</summary>
    /// <value>Null by default.</value>
    public string? Model { get; set; }

    /// <summary>The deadline of a single call that gives none.</summary>
    /// <value>Null by default: such a call goes now.</value>
    public TimeSpan? DefaultDeadline { get; set; }

    /// <summary>The deadline of a list of calls that gives none.</summary>
    /// <value>24 hours by default.</value>
    public TimeSpan ListDeadline { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Calls made side by side when a list of calls is not batched.</summary>
    /// <value>8 by default; 1-1,000.</value>
    public int MaxParallelCalls { get; set; } = 8;

    /// <summary>Ledger dimension: which part of the application asks.</summary>
    /// <value>Empty by default.</value>
    public string Component { get; set; } = "";

    /// <summary>How soon calls that say no priority are wanted beside others of the same tenant.</summary>
    /// <value><see cref="RequestPriority.Normal"/> by default.</value>
    public RequestPriority Priority { get; set; } = RequestPriority.Normal;

    /// <summary>What may not be done with the data of any call, besides what a call says itself.</summary>
    /// <value>None by default.</value>
    public DataConstraints Constraints { get; set; } = DataConstraints.None;

    /// <summary>The other ledger dimensions: tenant, key, agent, session, tags. They say whose budgets requests count in.</summary>
    /// <value>None by default; a component given here counts where <see cref="Component"/> is empty.</value>
    public RequestDimensions Dimensions { get; set; } = RequestDimensions.None;

    internal RequestDimensions AllDimensions => Component.Length == 0 ? Dimensions : Dimensions with { Component = Component };

    /// <summary>Every fault of these settings at once; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (DefaultDeadline is { } deadline && deadline <= TimeSpan.Zero)
        {
            faults.Add($"DefaultDeadline is {deadline}; set it to more than zero, or leave it out.");
        }

        if (ListDeadline <= TimeSpan.Zero)
        {
            faults.Add($"ListDeadline is {ListDeadline}; set it to more than zero.");
        }

        if (MaxParallelCalls is < 1 or > 1_000)
        {
            faults.Add($"MaxParallelCalls is {MaxParallelCalls}; set it to 1-1,000.");
        }

        return faults;
    }
}
