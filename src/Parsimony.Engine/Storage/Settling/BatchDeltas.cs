using System.Runtime.InteropServices;

namespace Parsimony.Engine;

/// <summary>What one transaction changes in batches' open items: summed in memory, written once per batch.</summary>
internal sealed class BatchDeltas
{
    private readonly Dictionary<long, Delta> _deltas = [];

    /// <summary>Takes a request out of its batch, as long as it is an open item of one.</summary>
    internal void Left(in MovingRequest request)
    {
        if (request is { State: RequestState.Batched, Batch: { } batch })
        {
            ref var delta = ref CollectionsMarshal.GetValueRefOrAddDefault(_deltas, batch, out _);
            delta.Open--;
            delta.Marked -= request.IsMarked ? 1 : 0;
            delta.Earliest = LaneFill.Earlier(delta.Earliest, request.EscalateAt);
        }
    }

    /// <summary>A request is marked to be cancelled.</summary>
    internal void Marked(in MovingRequest request)
    {
        if (request is { State: RequestState.Batched, Batch: { } batch, IsMarked: false })
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_deltas, batch, out _).Marked++;
        }
    }

    /// <summary>All changes by batch, lowest number first, and forgets them.</summary>
    internal List<(long Batch, Delta Delta)> Take()
    {
        var all = _deltas.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)).ToList();
        _deltas.Clear();
        return all;
    }

    internal struct Delta
    {
        internal int Open;
        internal int Marked;

        /// <summary>When the first of those that left would have left by itself: the one its batch may have hurried for.</summary>
        internal DateTimeOffset? Earliest;
    }
}
