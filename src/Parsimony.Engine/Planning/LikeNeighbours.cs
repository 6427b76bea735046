namespace Parsimony.Engine;

/// <summary>Gives requests that are alike the very objects of the one before: the store then looks each up once. Safe for several threads.</summary>
internal sealed class LikeNeighbours
{
    private RequestProfile? _profile;
    private Tuple<BatchLimits, LaneLimits>? _lane;
    private string? _reason;

    public RequestProfile ProfileOf(Envelope envelope, string credential, RequestDimensions dimensions, RequestPriority priority)
    {
        var profile = new RequestProfile
        {
            Model = envelope.Model,
            Credential = credential,
            Kind = envelope.Kind,
            Dialect = envelope.Dialect,
            IsolationGroup = dimensions.IsolationGroup,
            Tenant = dimensions.Tenant,
            Key = dimensions.Key,
            Component = dimensions.Component,
            Agent = dimensions.Agent,
            Session = dimensions.Session,
            Tags = PriorityTag.Add(dimensions.Tags, priority),
        };
        var last = Volatile.Read(ref _profile);
        if (profile.Equals(last))
        {
            return last;
        }

        Volatile.Write(ref _profile, profile);
        return profile;
    }

    public string ReasonOf(Plan plan)
    {
        if (Volatile.Read(ref _reason) is { } last && string.Equals(last, plan.Reason, StringComparison.Ordinal))
        {
            return last;
        }

        Volatile.Write(ref _reason, plan.Reason);
        return plan.Reason;
    }

    public LaneLimits LaneOf(BatchLimits limits)
    {
        if (Volatile.Read(ref _lane) is { } last && ReferenceEquals(last.Item1, limits))
        {
            return last.Item2;
        }

        var lane = Lanes.Of(limits);
        Volatile.Write(ref _lane, Tuple.Create(limits, lane));
        return lane;
    }
}
