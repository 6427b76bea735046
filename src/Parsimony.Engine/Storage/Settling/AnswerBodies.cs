namespace Parsimony.Engine;

/// <summary>Which answers of a chunk are stored. One whose request was answered before, or whose payloads were erased, leaves nothing behind.</summary>
internal sealed class AnswerBodies
{
    private const int None = -1;

    private readonly List<ReadOnlyMemory<byte>> _bodies = [];
    private readonly int[] _index;

    /// <summary>Chooses.</summary>
    /// <param name="settlements">The chunk.</param>
    /// <param name="requests">Of each settlement its request before the chunk; null when it is gone.</param>
    internal AnswerBodies(List<Settlement> settlements, List<MovingRequest?> requests)
    {
        _index = new int[settlements.Count];
        for (var i = 0; i < _index.Length; i++)
        {
            _index[i] = None;
            if (settlements[i].Move is SettlementMove.ToAnswered answer && requests[i] is { IsErased: false } request && SettlementRule.IsLegal(request.State, RequestState.Answered))
            {
                if (i > 0 && settlements[i - 1].Sequence == settlements[i].Sequence && _index[i - 1] != None)
                {
                    // Answered twice in one chunk: the first counts.
                    continue;
                }

                _index[i] = _bodies.Count;
                _bodies.Add(answer.Body);
            }
        }
    }

    /// <summary>The bodies, in the order of the chunk.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> All => _bodies;

    /// <summary>The place of a settlement's body among all; null when it was left out.</summary>
    internal int? IndexOf(int settlement) => _index[settlement] == None ? null : _index[settlement];
}
