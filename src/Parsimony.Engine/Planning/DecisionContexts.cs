namespace Parsimony.Engine;

/// <summary>Gives requests that are planned on the same context the same object, so that its text is written and hashed once. Thread safe.</summary>
internal sealed class DecisionContexts
{
    // Few at once: one for each model and workload that is enqueued just now. Two that fall on one place make each other anew, and are equal all the same.
    private readonly DecisionContext?[] _recent = new DecisionContext?[32];

    internal DecisionContext Of(PlanRequest request, PlanContext context)
    {
        var envelope = request.Envelope;
        var place = (uint)HashCode.Combine(envelope.Model, envelope.Kind, request.IsBulk, request.BatchAccepts, request.Constraints.IsNone, context.Preference?.Route) % (uint)_recent.Length;
        if (Volatile.Read(ref _recent[place]) is { } known && known.IsOf(request, context))
        {
            return known;
        }

        var made = DecisionContext.Of(request, context);
        Volatile.Write(ref _recent[place], made);
        return made;
    }
}
