using Parsimony.Engine;

namespace Parsimony.EndToEnd.Tests;

/// <summary>A deliberate fault of the engine: the simulation must turn red under each, or it proves nothing.</summary>
internal abstract class Sabotage
{
    public static Sabotage None { get; } = new Nothing();

    public static Sabotage Parse(string? name) => name switch
    {
        null or "" => None,
        "intent-after-effect" => new IntentAfterEffect(),
        "no-orphan-search" => new NoOrphanSearch(),
        "money-outside-transaction" => new MoneyOutsideTransaction(),
        "late-writer" => new LateWriter(),
        "lease-by-node-clock" => new LeaseByNodeClock(),
        _ => throw new ArgumentException($"Unknown sabotage '{name}'."),
    };

    /// <summary>Whether a write under a lease somebody else holds by now goes through.</summary>
    public virtual bool ForgesOwners => false;

    /// <summary>Whether leases are measured by the clock of whoever asks.</summary>
    public virtual bool LeasesByNodeClock => false;

    /// <summary>The store as the sabotaged engine sees it.</summary>
    public virtual IEngineStore Wrap(InterceptedStore store) => store;

    private sealed class Nothing : Sabotage;

    private sealed class LateWriter : Sabotage
    {
        public override bool ForgesOwners => true;
    }

    private sealed class LeaseByNodeClock : Sabotage
    {
        public override bool LeasesByNodeClock => true;
    }

    /// <summary>Submitting is noted in memory only: a crash before the create's reply is noted leaves a row that says nothing was sent.</summary>
    private sealed class IntentAfterEffect : Sabotage
    {
        public override IEngineStore Wrap(InterceptedStore store)
        {
            store.Submissions = new LateIntent(store.Submissions);
            return store;
        }
    }

    /// <summary>A create whose outcome is unknown is simply sent again.</summary>
    private sealed class NoOrphanSearch : Sabotage
    {
        public override IEngineStore Wrap(InterceptedStore store)
        {
            store.Orphans = new BlindRescue(store.Orphans, store.Submissions);
            return store;
        }
    }

    /// <summary>Answer and ledger entry are written one after the other.</summary>
    private sealed class MoneyOutsideTransaction : Sabotage
    {
        public override IEngineStore Wrap(InterceptedStore store)
        {
            store.Settlements = new SplitSettlement(store.Settlements);
            return store;
        }
    }
}
