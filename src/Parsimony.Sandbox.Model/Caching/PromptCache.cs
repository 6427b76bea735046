namespace Parsimony.Sandbox.Model;

/// <summary>
/// Both providers' prompt caches: what earlier requests left behind decides how a prompt's tokens are billed. Thread safe; time comes with
/// each question.
/// </summary>
internal sealed class PromptCache
{
    // Expired entries are swept when the table has doubled since the last sweep, so the cost per request stays constant.
    private const int FirstSweep = 4_096;

    // A provider evicts under pressure too; the bound keeps a long-running sandbox flat.
    private const int MaxEntries = 1_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<CacheKey, CacheEntry> _entries = [];
    private int _nextSweep = FirstSweep;

    public SandboxUsage Meter(CacheQuestion question, DateTimeOffset now)
    {
        var rules = CacheRules.For(question.Provider, question.Model, question.Batch);
        var prompt = new PrefixWalk(question);

        // Whether more than what is held can be found by itself behind an explicit cache is UNVERIFIED; here it is not, and nothing is left for others to find.
        if (question.HeldTokens > 0)
        {
            return new SandboxUsage
            {
                UncachedInput = prompt.TotalTokens - question.HeldTokens,
                CacheRead = question.HeldTokens,
                Output = question.OutputTokens,
                Reasoning = question.ReasoningTokens,
            };
        }

        lock (_lock)
        {
            Sweep(now);
            var view = new CacheView(_entries, question, now);
            var (read, writtenShort, writtenLong) = rules.Style switch
            {
                CacheStyle.Marks => MarkCache.Meter(prompt, question, rules, view),
                CacheStyle.Breakpoints => BreakpointCache.Meter(prompt, question, rules, view),
                CacheStyle.Steps => StepCache.Meter(prompt, question, rules, view),
                _ => (0L, 0L, 0L),
            };
            return new SandboxUsage
            {
                UncachedInput = prompt.TotalTokens - read - writtenShort - writtenLong,
                CacheRead = read,
                CacheWriteShort = writtenShort,
                CacheWriteLong = writtenLong,
                Output = question.OutputTokens,
                Reasoning = question.ReasoningTokens,
            };
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        if (_entries.Count < _nextSweep)
            return;
        foreach (var (key, entry) in _entries)
        {
            if (entry.ExpiresAt <= now)
                _entries.Remove(key);
        }

        if (_entries.Count > MaxEntries)
            _entries.Clear();
        _nextSweep = Math.Clamp(_entries.Count * 2, FirstSweep, MaxEntries + 1);
    }
}

/// <summary>A prefix of one scope and model; the hash covers everything up to its end.</summary>
internal readonly record struct CacheKey(ulong Owner, ulong Prefix);

/// <summary>A stored prefix: readable once its writer's answer has begun, kept for its life after the last use.</summary>
internal readonly record struct CacheEntry(DateTimeOffset ReadableFrom, DateTimeOffset ExpiresAt, TimeSpan Life);

/// <summary>The entries one request can see at one instant.</summary>
internal sealed class CacheView(Dictionary<CacheKey, CacheEntry> entries, CacheQuestion question, DateTimeOffset now)
{
    private readonly ulong _owner = StableHash.Join(
        StableHash.Of(question.Provider), StableHash.Join(StableHash.Of(question.Model), StableHash.Of(question.Scope)));

    public bool Holds(ulong prefix) =>
        !question.LosesHit && entries.TryGetValue(new(_owner, prefix), out var entry) && entry.ReadableFrom <= now && entry.ExpiresAt > now;

    /// <summary>A hit starts the entry's life again, free of charge.</summary>
    public void Refresh(ulong prefix)
    {
        var key = new CacheKey(_owner, prefix);
        if (entries.TryGetValue(key, out var entry) && entry.ExpiresAt > now)
            entries[key] = entry with { ExpiresAt = Later(entry.ExpiresAt, now + entry.Life) };
    }

    public void Write(ulong prefix, TimeSpan life)
    {
        var key = new CacheKey(_owner, prefix);
        var readable = now + question.AnswerBeginsAfter;
        if (entries.TryGetValue(key, out var entry) && entry.ExpiresAt > now && entry.ReadableFrom < readable)
            readable = entry.ReadableFrom;
        entries[key] = new CacheEntry(readable, now + question.AnswerBeginsAfter + life, life);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
