namespace Parsimony.Engine;

/// <summary>What is reserved in the queue of one provider and credential, and whether a batch has room beside it.</summary>
internal sealed class ProviderQueue(Admission admission)
{
    private readonly HashSet<long> _unresolvedCounts = [];
    private readonly Dictionary<string, long> _tokens = new(StringComparer.Ordinal);
    private long _requests;

    internal void Reserve(string model, long items, long tokens, bool isQueued, bool isUnresolved)
    {
        if (isQueued)
        {
            _requests += items;
            _tokens[model] = _tokens.GetValueOrDefault(model) + tokens;
        }

        if (isUnresolved)
        {
            _unresolvedCounts.Add(items);
        }
    }

    internal bool Admits(SealedBatch batch) =>
        admission.IsOpen
        && HasRoom(_requests, batch.Items, admission.MaxQueuedRequests)
        && HasRoom(_tokens.GetValueOrDefault(batch.Model), batch.Tokens, admission.MaxQueuedTokens)
        && !(admission.DistinctCounts && _unresolvedCounts.Contains(batch.Items));

    // What alone is over the limit goes when nothing else is queued: the limit may be told wrong, and waiting would never end.
    private static bool HasRoom(long reserved, long added, long? limit) => limit is not { } most || reserved == 0 || reserved + added <= most;
}
