namespace Parsimony;

/// <summary>
/// Notices that prompts which used to begin alike no longer do, and at which block. Keeps the leading blocks of a few recent prompts of each workload: kinds, hashes and
/// lengths, no text. Bounded memory, no clock, thread safe.
/// </summary>
/// <remarks>
/// A prompt is compared with the recent one it has most in common with, so that several kinds of prompt in one workload do not look like drift. Blocks count as shared
/// once three prompts in a row began with them; only those before anything that is meant to change do (tools and instructions, not the turns of a conversation). A block that is another one in three calls in a row, with equal blocks behind it or nearly its own length, is volatile.
/// </remarks>
public sealed class PrefixDriftDetector
{
    private const int MostBlocks = 48;
    private const int Recent = 4;
    private const int Established = 2;
    private const int InARow = 3;

    // A time or an id in a text keeps its length nearly the same; another text does not.
    private const int NearlyBytes = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<PrefixWorkload, State> _workloads = [];
    private readonly int _mostWorkloads;
    private long _calls;

    /// <summary>A detector.</summary>
    /// <param name="mostWorkloads">Most workloads remembered; the one not seen for longest makes room. About 8 kB each.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one.</exception>
    public PrefixDriftDetector(int mostWorkloads = 1_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostWorkloads, 1);
        _mostWorkloads = mostWorkloads;
    }

    /// <summary>Takes note of a prompt.</summary>
    /// <returns>A drift that was not known before; null when there is none, or it is known.</returns>
    public PrefixDrift? Observe(PrefixWorkload workload, IReadOnlyList<PrefixBlock> prompt, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Count == 0)
        {
            return null;
        }

        lock (_lock)
        {
            var state = StateOf(workload);
            state.LastCall = ++_calls;
            return state.Observe(workload, [.. prompt.Take(MostBlocks)], at);
        }
    }

    /// <summary>Every drift that still goes on, the dearest first: those a call was touched by among the workload's last few.</summary>
    public IReadOnlyList<PrefixDrift> Current
    {
        get
        {
            lock (_lock)
            {
                return [.. _workloads.Values.Select(state => state.Current).OfType<PrefixDrift>().OrderByDescending(drift => drift.WastedBytes)];
            }
        }
    }

    private State StateOf(PrefixWorkload workload)
    {
        if (_workloads.TryGetValue(workload, out var state))
        {
            return state;
        }

        if (_workloads.Count >= _mostWorkloads)
        {
            _workloads.Remove(_workloads.MinBy(entry => entry.Value.LastCall).Key);
        }

        return _workloads[workload] = new State();
    }

    private sealed class State
    {
        private readonly Queue<PrefixBlock[]> _recent = new();
        private PrefixDrift? _drift;
        private int _shared;
        private int _candidate;
        private int _run;
        private int _missedAt = -1;
        private DateTimeOffset _missedSince;
        private long _missedBytes;
        private int _misses;
        private int _calm;

        public long LastCall { get; set; }

        public PrefixDrift? Current => _drift is not null && _calm < InARow ? _drift : null;

        public PrefixDrift? Observe(PrefixWorkload workload, PrefixBlock[] prompt, DateTimeOffset at)
        {
            var before = _recent.MaxBy(other => Common(other, prompt));
            if (_recent.Count == Recent)
            {
                _recent.Dequeue();
            }

            _recent.Enqueue(prompt);
            if (before is null)
            {
                return null;
            }

            var common = Common(before, prompt);
            var isMiss = common < Math.Min(before.Length, prompt.Length) && before[common].IsStatic
                && (common < _shared || IsVolatile(before, prompt, common));
            var known = _drift;
            if (!isMiss)
            {
                (_misses, _missedAt) = (0, -1);
                _calm++;
            }
            else
            {
                var (kind, wasted) = Compare(before, prompt, common);
                (_misses, _missedSince, _missedBytes) = common == _missedAt ? (_misses + 1, _missedSince, _missedBytes + wasted) : (1, at, wasted);
                _missedAt = common;
                if (common < _shared || _misses >= InARow)
                {
                    Note(workload, prompt, common, kind, wasted);
                }
            }

            Learn(Math.Min(common, prompt.Count(block => block.IsStatic)));
            return _drift is { } drift && (known is null || known.Block != drift.Block || known.Kind != drift.Kind || known.Since != drift.Since) ? drift : null;
        }

        private void Note(PrefixWorkload workload, PrefixBlock[] prompt, int block, PrefixDriftKind kind, long wasted)
        {
            var old = Current is { } current && current.Block == block ? current : null;
            _calm = 0;
            _drift = new PrefixDrift
            {
                Workload = workload,
                Kind = _misses >= InARow && kind is PrefixDriftKind.Changed ? PrefixDriftKind.Volatile : kind,
                Block = block,
                BlockKind = prompt[block].Kind,
                BlockBytes = prompt[block].Bytes,
                Since = old?.Since ?? _missedSince,
                Calls = old is null ? _misses : old.Calls + 1,
                WastedBytes = old is null ? _missedBytes : old.WastedBytes + wasted,
            };
        }

        // What prompts in a row have in common is what they share; a longer common part counts once it has held.
        private void Learn(int common)
        {
            _candidate = _run == 0 ? common : Math.Min(_candidate, common);
            if (++_run < Established)
            {
                return;
            }

            // Ten in a row without what was shared: it is not shared any more, and no drift.
            _shared = _misses > 10 ? _candidate : Math.Max(_shared, _candidate);
            _run = 0;
        }

        private static bool IsVolatile(PrefixBlock[] before, PrefixBlock[] prompt, int at) =>
            prompt[at].IsStatic && prompt[at].Kind == before[at].Kind
            && (Math.Abs(prompt[at].Bytes - before[at].Bytes) <= NearlyBytes || Tail(before, prompt, at + 1, at + 1) > 0);

        private static int Common(PrefixBlock[] left, PrefixBlock[] right)
        {
            var count = 0;
            while (count < left.Length && count < right.Length && left[count] == right[count])
            {
                count++;
            }

            return count;
        }

        // How it moved, and how many bytes from there on might have been read.
        private static (PrefixDriftKind Kind, long Wasted) Compare(PrefixBlock[] before, PrefixBlock[] prompt, int at)
        {
            var (had, has) = (Static(before, at), Static(prompt, at));
            if (had.Count == has.Count && had.Order().SequenceEqual(has.Order()))
            {
                return (PrefixDriftKind.Moved, prompt.Skip(at).Where(block => block.IsStatic).Sum(block => (long)block.Bytes));
            }

            var same = Tail(before, prompt, at + 1, at + 1);
            var inserted = Tail(before, prompt, at, at + 1);
            var removed = Tail(before, prompt, at + 1, at);
            if (inserted > same && inserted >= removed)
            {
                return (PrefixDriftKind.Inserted, inserted);
            }

            if (removed > same)
            {
                return (PrefixDriftKind.Removed, removed);
            }

            return (PrefixDriftKind.Changed, same + prompt[at].Bytes);
        }

        private static List<ulong> Static(PrefixBlock[] prompt, int from) => [.. prompt.Skip(from).Where(block => block.IsStatic).Select(block => block.Hash)];

        // Bytes of the equal blocks that follow one another from two positions.
        private static long Tail(PrefixBlock[] before, PrefixBlock[] prompt, int from, int to)
        {
            var bytes = 0L;
            for (; from < before.Length && to < prompt.Length && before[from] == prompt[to]; from++, to++)
            {
                bytes += prompt[to].Bytes;
            }

            return bytes;
        }
    }
}
