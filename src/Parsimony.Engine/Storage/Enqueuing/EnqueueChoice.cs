namespace Parsimony.Engine;

/// <summary>Which requests of a chunk are added: not those that are there, that come twice, or whose call a budget has no room for. Pure.</summary>
/// <typeparam name="TIdentity">What equal requests share.</typeparam>
internal sealed class EnqueueChoice<TIdentity>(IReadOnlyList<NewRequest> requests, TIdentity[] identities, bool[] isStored, DateTimeOffset now)
    where TIdentity : struct
{
    private readonly Dictionary<TIdentity, int> _first = new(requests.Count);

    /// <summary>Those to add, in the order they were given.</summary>
    internal List<int> Added { get; } = new(requests.Count);

    /// <summary>Those that are another one's repetition.</summary>
    internal List<(int Index, int Original)> Duplicates { get; } = [];

    /// <summary>Goes through the calls in their order, given how many requests each of them has; for each the refusal, or null.</summary>
    internal BudgetRefusal?[] Take(IReadOnlyList<int> calls, BudgetGate? gate)
    {
        var refusals = new BudgetRefusal?[calls.Count];
        var from = 0;
        for (var call = 0; call < calls.Count; call++)
        {
            var (added, duplicates) = (Added.Count, Duplicates.Count);
            for (var index = from; index < from + calls[call]; index++)
            {
                Take(index);
            }

            from += calls[call];
            if (gate is not null && Added.Count > added
                && gate.Take(BudgetGate.DemandsOf(Added.Skip(added).Select(index => (requests[index].Profile, requests[index].BoundUsd)), now)) is { } refusal)
            {
                refusals[call] = refusal;
                Undo(added, duplicates);
            }
        }

        return refusals;
    }

    private void Take(int index)
    {
        if (isStored[index])
        {
            return;
        }

        if (_first.TryAdd(identities[index], index))
        {
            Added.Add(index);
        }
        else
        {
            Duplicates.Add((index, _first[identities[index]]));
        }
    }

    private void Undo(int added, int duplicates)
    {
        foreach (var index in Added.Skip(added))
        {
            _first.Remove(identities[index]);
        }

        Added.RemoveRange(added, Added.Count - added);
        Duplicates.RemoveRange(duplicates, Duplicates.Count - duplicates);
    }
}
