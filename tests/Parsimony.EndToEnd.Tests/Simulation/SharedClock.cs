using Parsimony.Engine;

namespace Parsimony.EndToEnd.Tests;

/// <summary>
/// Makes the store in memory measure leases as a database that many nodes share does. Nodes say instants of their own clocks, which differ; a shared
/// database must not believe them. It keeps <c>its own time + (lease.Until - now)</c>, where now is what the node said with the verb, and compares that
/// with its own time: only lengths cross the wire. The store in memory takes both from its caller, so they are rewritten on the way to it:
/// a claim's now becomes the store's (SQLite compares not-before times with the same parameter, so those of claims are measured by the store, too),
/// a lease's end becomes the store's time plus the lease's length. All other instants (deadlines, when something was sent) stay the node's.
/// </summary>
internal sealed class SharedClock(TimeProvider store, bool isIgnored)
{
    public DateTimeOffset Now => store.GetUtcNow();

    /// <summary>A verb's arguments as the shared database takes them.</summary>
    public object?[] Translate(StoreCall call, object?[] arguments)
    {
        if (isIgnored || call.Now < 0 || (call.Lease < 0 && call.Batch < 0))
        {
            return arguments;
        }

        var said = (DateTimeOffset)arguments[call.Now]!;
        var translated = (object?[])arguments.Clone();
        if (call.Lease >= 0)
        {
            translated[call.Lease] = Translate((Lease)arguments[call.Lease]!, said);
        }

        if (call.Batch >= 0 && arguments[call.Batch] is (long id, Lease lease))
        {
            translated[call.Batch] = (id, Translate(lease, said));
        }

        if (call.LeaseEndedBefore >= 0)
        {
            translated[call.LeaseEndedBefore] = Now + ((DateTimeOffset)arguments[call.LeaseEndedBefore]! - said);
        }

        if (call.IsClaim)
        {
            translated[call.Now] = Now;
        }

        return translated;
    }

    private Lease Translate(Lease lease, DateTimeOffset said) => lease with { Until = Now + (lease.Until - said) };
}
