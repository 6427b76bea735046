namespace Parsimony.Sandbox.Model;

/// <summary>
/// OpenAI's cache from GPT-5.6 on: an implicit breakpoint at the end of the last message, up to four writes, exact boundaries, writes charged.
/// </summary>
/// <remarks>
/// https://developers.openai.com/api/docs/guides/prompt-caching, read 2026-11-20. The guide lists the end of the initial developer block among
/// the boundaries a lookup tries; that an implicit request leaves an entry there (inside the span it wrote anyway) is this model's reading.
/// </remarks>
internal static class BreakpointCache
{
    private const int MaxWrites = 4;
    private const int FirstExplicitLookups = 2;
    private const int LatestExplicitLookups = 50;
    private const int MessageLookups = 20;

    public static (long Read, long WrittenShort, long WrittenLong) Meter(
        PrefixWalk prompt, CacheQuestion question, CacheRules rules, CacheView cache)
    {
        var isImplicit = question.Mode != "explicit";
        var explicits = Enumerable.Range(0, prompt.Blocks.Count).Where(i => prompt.Blocks[i].Mark is not null).ToList();
        var hit = Lookups(prompt, explicits, isImplicit)
            .Where(i => prompt.TokensTo(i) >= rules.MinPrefixTokens && cache.Holds(Key(prompt, i)))
            .DefaultIfEmpty(-1)
            .Max();
        var read = hit < 0 ? 0 : prompt.TokensTo(hit);
        if (hit >= 0)
            cache.Refresh(Key(prompt, hit));

        var implicitEnd = isImplicit ? LastMessageEnd(prompt, prompt.Blocks.Count - 1) : -1;
        var writes = explicits.TakeLast(isImplicit ? MaxWrites - 1 : MaxWrites).Append(implicitEnd).Where(i => i >= 0).Distinct().Order();
        var end = read;
        var longEnd = read;
        foreach (var block in writes)
        {
            if (block <= hit || prompt.TokensTo(block) < rules.MinPrefixTokens)
                continue;
            var isLong = prompt.Blocks[block].Mark == CacheMark.Long;
            cache.Write(Key(prompt, block), isLong ? rules.LongLife : rules.ShortLife);
            end = prompt.TokensTo(block);
            longEnd = isLong ? end : longEnd;
        }

        if (isImplicit && end > 0)
            KeepPreamble(prompt, rules, cache);
        return (read, end - longEnd, longEnd - read);
    }

    private static void KeepPreamble(PrefixWalk prompt, CacheRules rules, CacheView cache)
    {
        var preamble = PreambleEnd(prompt);
        if (preamble >= 0 && prompt.TokensTo(preamble) >= rules.MinPrefixTokens)
            cache.Write(Key(prompt, preamble), rules.ShortLife);
    }

    private static IEnumerable<int> Lookups(PrefixWalk prompt, List<int> explicits, bool isImplicit)
    {
        var found = explicits.Take(FirstExplicitLookups).Concat(explicits.TakeLast(LatestExplicitLookups));
        if (!isImplicit)
            return found;
        var ends = Enumerable.Range(0, prompt.Blocks.Count).Where(i => prompt.Blocks[i].EndsMessage).TakeLast(MessageLookups + 1);
        return found.Concat(ends).Append(PreambleEnd(prompt)).Where(i => i >= 0);
    }

    // Marked and unmarked prefixes are the same bytes to the model, so both modes share keys; a thread that turns explicit loses
    // the implicit entries because it no longer looks at message ends.
    private static ulong Key(PrefixWalk prompt, int block) => prompt.HashTo(block);

    private static int LastMessageEnd(PrefixWalk prompt, int from)
    {
        for (var i = from; i >= 0; i--)
        {
            if (prompt.Blocks[i].EndsMessage)
                return i;
        }

        return -1;
    }

    private static int PreambleEnd(PrefixWalk prompt)
    {
        var end = -1;
        while (end + 1 < prompt.Blocks.Count && prompt.Blocks[end + 1].IsPreamble)
            end++;
        return end;
    }
}
