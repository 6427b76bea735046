using System.Runtime.InteropServices;

namespace Parsimony;

/// <summary>What is known of one prefix. Times are seconds on the planner's clock.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct PrefixNode
{
    /// <summary>The prefix one block shorter.</summary>
    public int Parent;

    /// <summary>Hash of its last block.</summary>
    public ulong Block;

    /// <summary>The next node in the tree's chain of like hashes.</summary>
    public int Next;

    /// <summary>How many longer prefixes are kept.</summary>
    public int Children;

    /// <summary>Neighbours in the order in which prefixes were last seen.</summary>
    public int Newer, Older;

    /// <summary>How many prompts had it.</summary>
    public int Visits;

    /// <summary>How many came after an entry of the one before could be read, and how many of those while it would have lived.</summary>
    public int Rounds, Returns;

    /// <summary>When the last of them came.</summary>
    public double SeenAt;

    /// <summary>The prompt that ended here last.</summary>
    public PromptEnd End;

    /// <summary>What the provider keeps, as far as is known, and what it would keep had every promising prefix been marked.</summary>
    public CacheEntry Kept, Tried;

    /// <summary>The open questions "when is the prompt that ended here continued?" and "when is this prefix shared again?"; null for none.</summary>
    public ReuseQuestion? Continued, Shared;

    public static PrefixNode New(int parent, ulong block) => new() { Parent = parent, Block = block, End = PromptEnd.None, SeenAt = double.NegativeInfinity };
}

/// <summary>A prompt that ended at a prefix.</summary>
/// <param name="Turn">How many prompts it continued, one after the other; -1 where no prompt ended.</param>
/// <param name="At">When.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Answer">Tokens of its answer; 0 while unknown.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PromptEnd(short Turn, double At, int Tokens, int Answer)
{
    public static PromptEnd None => new(-1, 0, 0, 0);

    public bool Is => Turn >= 0;
}

/// <summary>A cache entry; the default was never written.</summary>
/// <param name="ReadableAt">From when it can be read.</param>
/// <param name="Until">Until when it lives unless it is read.</param>
/// <param name="Life">By how much a read prolongs it, in seconds; 0 for no entry.</param>
/// <param name="Kind">What kind of prefix it was written as.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CacheEntry(double ReadableAt, double Until, float Life, PrefixKind Kind)
{
    public bool IsReadable(double now) => Life > 0 && ReadableAt <= now && now <= Until;

    public bool IsPending(double now) => Life > 0 && now < ReadableAt;

    public CacheEntry Touched(double now) => this with { Until = now + Life };

    /// <summary>Marked: written where that was paid, else kept as long as before; a mark within what is read is not paid.</summary>
    public CacheEntry Marked(double now, double life, double readableAfter, PrefixKind kind, bool isPaid) =>
        Life <= 0 || now > Until ? new CacheEntry(now + readableAfter, now + life, (float)life, kind)
        : isPaid ? this with { Until = Math.Max(Until, now + life), Life = Math.Max(Life, (float)life) }
        : this with { Until = Math.Max(Until, now + Life) };
}
