namespace Parsimony.Engine;

/// <summary>
/// What is reserved in the queue of one provider and credential, by whom, and in which order the batches that wait get in.
/// </summary>
/// <remarks>
/// A place goes to the group that has the fewest tokens in the queue, so that ten requests of one are not behind a hundred thousand of another; among equals
/// to the one whose last turn is longest ago; within a group by priority and age. What does not fit when its turn has come is passed by
/// others that do, but not for ever: after <see cref="Patience"/> the place that comes free is kept for it.
/// </remarks>
internal sealed class ProviderQueue(Admission admission)
{
    /// <summary>By how much a level of priority makes a batch, or a request, seem older: what is low waits longer, and not for ever.</summary>
    internal static readonly TimeSpan HeadStart = TimeSpan.FromMinutes(10);

    /// <summary>For how long the next in turn lets others pass that need less room.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly HashSet<long> _unresolvedCounts = [];
    private readonly Dictionary<string, long> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _tokensOfGroup = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _turns = new(StringComparer.Ordinal);
    private long _requests;

    internal void Reserve(string group, string model, long items, long tokens, bool isQueued, bool isUnresolved)
    {
        if (isQueued)
        {
            _requests += items;
            _open[model] = _open.GetValueOrDefault(model) + 1;
            _tokens[model] = _tokens.GetValueOrDefault(model) + tokens;
            _tokensOfGroup[group] = _tokensOfGroup.GetValueOrDefault(group) + tokens;
        }

        if (isUnresolved)
        {
            _unresolvedCounts.Add(items);
        }
    }

    /// <summary>Notes when a group last had a turn.</summary>
    internal void NoteTurn(string group, DateTimeOffset at) => _turns[group] = at;

    /// <summary>Those of its waiting batches that may be submitted now, the one whose turn it is first.</summary>
    internal IEnumerable<SealedBatch> Next(IEnumerable<SealedBatch> waiting, DateTimeOffset now)
    {
        if (!admission.IsOpen)
        {
            yield break;
        }

        var isKept = false;
        var keptModels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var batch in waiting
            .OrderBy(batch => _tokensOfGroup.GetValueOrDefault(batch.Group))
            .ThenBy(batch => _turns.GetValueOrDefault(batch.Group, DateTimeOffset.MinValue))
            .ThenBy(batch => Since(batch.SealedAt, batch.Priority))
            .ThenBy(batch => batch.Id))
        {
            // Each takes one of these, whatever its size: none could get in before it, and nothing need be kept for it.
            if (!HasSlot(batch.Model))
            {
                continue;
            }

            var hasPlace = HasRoom(_requests, batch.Items, admission.MaxQueuedRequests);
            var hasTokens = HasRoom(_tokens.GetValueOrDefault(batch.Model), batch.Tokens, admission.MaxQueuedTokens);
            if (hasPlace && hasTokens && !isKept && !keptModels.Contains(batch.Model))
            {
                if (!(admission.DistinctCounts && _unresolvedCounts.Contains(batch.Items)))
                {
                    yield return batch;
                }
            }
            else if (now - batch.SealedAt >= Patience)
            {
                isKept |= !hasPlace;
                if (!hasTokens)
                {
                    keptModels.Add(batch.Model);
                }
            }
        }
    }

    /// <summary>When something would have come to stand where it stands now, had it no priority.</summary>
    internal static DateTimeOffset Since(DateTimeOffset at, RequestPriority priority) => at - ((priority.Level - RequestPriority.Normal.Level) * HeadStart);

    private bool HasSlot(string model) => admission.OpenBatchCaps.All(
        cap => !cap.Counts(model) || _open.Where(open => cap.Counts(open.Key)).Sum(open => open.Value) < cap.Most);

    // What alone is over the limit goes when nothing else is queued: the limit may be told wrong, and waiting would never end.
    private static bool HasRoom(long reserved, long added, long? limit) => limit is not { } most || reserved == 0 || reserved + added <= most;
}
