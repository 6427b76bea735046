namespace Parsimony.Engine;

/// <summary>What was counted while a batch's results were read.</summary>
/// <remarks>Reading writes what lines were seen, settling what the store said of them: at the same time, but never the same number.</remarks>
internal sealed class CollectTally
{
    /// <summary>Lines of ours.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines whose id is not ours.</summary>
    public long Unknown { get; set; }

    /// <summary>Lines that cannot be read.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Settlements that had been made before.</summary>
    public long Repeated { get; set; }

    /// <summary>Whether the lease held for all chunks.</summary>
    public bool LeaseHeld { get; set; } = true;

    /// <summary>Whether the first id proved the batch to be somebody else's.</summary>
    public bool IsForeign { get; set; }

    /// <summary>By model, how many answers used the prompt cache at all, and how many of them read it.</summary>
    public Dictionary<ModelId, (int Size, long Hits)> Cached { get; } = [];

    /// <summary>Counts an answer's use of the prompt cache.</summary>
    public void See(ModelId model, TokenUsage? usage)
    {
        if (usage is { } used && (used.CacheRead > 0 || used.CacheWriteShort > 0 || used.CacheWriteLong > 0))
        {
            var (size, hits) = Cached.GetValueOrDefault(model);
            Cached[model] = (size + 1, hits + (used.CacheRead > 0 ? 1 : 0));
        }
    }

    /// <summary>Counts a line; true when it is one of ours, with its request and attempt.</summary>
    public bool Count(BatchLine line, string submissionKey, out long sequence, out int attempt)
    {
        sequence = 0;
        attempt = 0;
        // Whose it is may be readable where its answer is not: it counts as missing, and the results are read again first.
        if (line.CustomId is not { } customId || line.Kind == BatchLineKind.Unreadable)
        {
            Unreadable++;
            return false;
        }

        if (!CustomId.TryRead(customId, submissionKey, out sequence, out attempt))
        {
            Unknown++;
            return false;
        }

        Lines++;
        return true;
    }
}
