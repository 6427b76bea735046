using System.Runtime.InteropServices;

namespace Parsimony.Engine;

/// <summary>What one transaction changes in scopes' totals: summed in memory, written once per scope.</summary>
internal sealed class ScopeDeltas
{
    private readonly Dictionary<long, Delta> _deltas = [];

    internal ref Delta Of(long scope) => ref CollectionsMarshal.GetValueRefOrAddDefault(_deltas, scope, out _);

    /// <summary>Counts a request that was accepted; in a limited scope it is held.</summary>
    internal void Accepted(long scope, bool isHeld, decimal? bound)
    {
        ref var delta = ref Of(scope);
        delta.Total++;
        delta.Held += isHeld ? 1 : 0;
        delta.Reserved += isHeld ? 0m : bound ?? 0m;
    }

    /// <summary>Counts a held request that is admitted.</summary>
    internal void Admitted(long scope, decimal bound)
    {
        ref var delta = ref Of(scope);
        delta.Held--;
        delta.Reserved += bound;
    }

    /// <summary>Counts a request's end, or (with -1) that it is open again.</summary>
    internal void Ended(long scope, RequestState state, int by = 1)
    {
        ref var delta = ref Of(scope);
        switch (state)
        {
            case RequestState.Answered: delta.Answered += by; break;
            case RequestState.Failed: delta.Failed += by; break;
            case RequestState.Expired: delta.Expired += by; break;
            case RequestState.Cancelled: delta.Cancelled += by; break;
        }
    }

    /// <summary>Takes a request out of what is open: of what is held, or of the reserve.</summary>
    internal void Left(in MovingRequest request)
    {
        ref var delta = ref Of(request.Scope);
        if (request.IsHeld)
        {
            delta.Held--;
        }
        else
        {
            delta.Reserved -= request.Bound ?? 0m;
        }
    }

    /// <summary>Adds a request to what is open.</summary>
    internal void Opened(in MovingRequest request, bool isHeld)
    {
        ref var delta = ref Of(request.Scope);
        if (isHeld)
        {
            delta.Held++;
        }
        else
        {
            delta.Reserved += request.Bound ?? 0m;
        }
    }

    /// <summary>All changes by scope, lowest number first, and forgets them.</summary>
    internal List<(long Scope, Delta Delta)> Take()
    {
        var all = _deltas.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)).ToList();
        _deltas.Clear();
        return all;
    }

    internal struct Delta
    {
        internal long Total;
        internal long Answered;
        internal long Failed;
        internal long Expired;
        internal long Cancelled;
        internal long Held;
        internal decimal Spent;
        internal decimal UnknownBound;
        internal decimal Reserved;
        internal long FirstEntry;
        internal long LastEntry;
    }
}
