using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>Settings of booking one client's calls.</summary>
public sealed class MeteringOptions
{
    /// <summary>Whose prices count.</summary>
    /// <value>Null by default: taken from the inner client's metadata.</value>
    public ProviderId? Provider { get; set; }

    /// <summary>The model, where neither the call nor the inner client names one.</summary>
    /// <value>Null by default: then the model that answered, or <c>unknown</c>, which has no price.</value>
    public string? Model { get; set; }

    /// <summary>The ledger scope the calls are counted in.</summary>
    /// <value><c>live</c> by default.</value>
    public string Scope { get; set; } = "live";

    /// <summary>Ledger dimensions: tenant, component, agent, session, tags.</summary>
    /// <value>None by default.</value>
    public RequestDimensions Dimensions { get; set; } = RequestDimensions.None;

    /// <summary>How long entries are gathered before they are written together. What is gathered is lost when the process is killed.</summary>
    /// <value>50 ms by default; 1 ms-10 s.</value>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long what a call may cost stays reserved in its budgets; then the call counts as made by a process that died. Only with <c>UseBudgets</c>.</summary>
    /// <value>10 minutes by default; 1 s-1 day.</value>
    public TimeSpan ReservationTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether a call that ended in this exception may have been billed; then it is booked with unknown cost.</summary>
    /// <value>By default everything may, except what is known not to have been accepted: misuse, no connection, or a status that refuses.</value>
    public Func<Exception, bool> MayBeBilled { get; set; } = Certainty.MayBeBilled;

    /// <summary>Every fault of these settings at once; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(Scope))
        {
            faults.Add("Scope is empty; name the scope the calls are counted in.");
        }

        if (CommitInterval < TimeSpan.FromMilliseconds(1) || CommitInterval > TimeSpan.FromSeconds(10))
        {
            faults.Add($"CommitInterval is {CommitInterval}; set it to 1 ms-10 s.");
        }

        if (ReservationTime < TimeSpan.FromSeconds(1) || ReservationTime > TimeSpan.FromDays(1))
        {
            faults.Add($"ReservationTime is {ReservationTime}; set it to 1 s-1 day.");
        }

        if (Model is { } model && string.IsNullOrWhiteSpace(model))
        {
            faults.Add("Model is empty; name one, or leave it out.");
        }

        return faults;
    }
}
