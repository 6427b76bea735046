namespace Parsimony.Engine;

/// <summary>
/// The prompts of a batch that are watched for drift: of each workload the first that were accepted, in that order. A batch's own order is by prefix, which would look as if
/// every prefix changed into the next.
/// </summary>
internal sealed class BatchDrift(PrefixDriftMonitor monitor)
{
    private const int MostPrompts = 64;
    private const int MostWorkloads = 256;

    private readonly Dictionary<PrefixWorkload, SortedList<long, IReadOnlyList<PrefixBlock>>> _prompts = [];

    /// <summary>Takes note of an item; one whose prompt cannot be read is passed over.</summary>
    public void Add(in StoredItem item)
    {
        var workload = PrefixDriftMonitor.WorkloadOf(item.Profile);
        if (!_prompts.TryGetValue(workload, out var first))
        {
            if (_prompts.Count >= MostWorkloads)
            {
                return;
            }

            _prompts.Add(workload, first = []);
        }

        if (first.Count >= MostPrompts && item.Sequence > first.GetKeyAtIndex(first.Count - 1))
        {
            return;
        }

        first[item.Sequence] = PrefixBlock.Of(item.Envelope);
        if (first.Count > MostPrompts)
        {
            first.RemoveAt(first.Count - 1);
        }
    }

    /// <summary>Has the monitor look at them.</summary>
    public void Observe(DateTimeOffset at)
    {
        foreach (var (workload, prompts) in _prompts)
        {
            foreach (var prompt in prompts.Values)
            {
                monitor.Observe(workload, prompt, at);
            }
        }
    }
}
