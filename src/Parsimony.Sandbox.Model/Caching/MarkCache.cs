namespace Parsimony.Sandbox.Model;

/// <summary>
/// Anthropic's cache: written only at marks, read by walking back at most 20 positions from each.
/// </summary>
/// <remarks>
/// With A the tokens at the highest hit, B those at the last long mark behind it and C those at the last mark: A is read, B - A written long,
/// C - B written short (https://platform.claude.com/docs/en/build-with-claude/prompt-caching, read 2026-11-20).
/// </remarks>
internal static class MarkCache
{
    private const int LookBackPositions = 20;
    private const int MaxMarks = 4;

    public static (long Read, long WrittenShort, long WrittenLong) Meter(
        PrefixWalk prompt, CacheQuestion question, CacheRules rules, CacheView cache)
    {
        var marks = Marks(prompt, question, rules);
        var hit = -1;
        foreach (var (block, _) in marks)
            hit = Math.Max(hit, HighestHit(prompt, cache, block));

        var read = hit < 0 ? 0 : prompt.TokensTo(hit);
        if (hit >= 0)
            cache.Refresh(prompt.HashTo(hit));
        var endLong = read;
        var endShort = read;
        foreach (var (block, mark) in marks)
        {
            if (block <= hit)
            {
                cache.Refresh(prompt.HashTo(block));
                continue;
            }

            cache.Write(prompt.HashTo(block), mark == CacheMark.Long ? rules.LongLife : rules.ShortLife);
            endShort = prompt.TokensTo(block);
            if (mark == CacheMark.Long)
                endLong = endShort;
        }

        return (read, endShort - endLong, endLong - read);
    }

    private static List<(int Block, CacheMark Mark)> Marks(PrefixWalk prompt, CacheQuestion question, CacheRules rules)
    {
        var marks = new List<(int, CacheMark)>(MaxMarks);
        var automatic = question.Automatic is null ? -1 : LastMarkable(prompt);
        for (var i = 0; i < prompt.Blocks.Count; i++)
        {
            var mark = prompt.Blocks[i].Mark ?? (i == automatic ? question.Automatic : null);

            // A prefix below the minimum is silently not cached.
            if (mark is { } life && prompt.TokensTo(i) >= rules.MinPrefixTokens)
                marks.Add((i, life));
        }

        return marks;
    }

    private static int LastMarkable(PrefixWalk prompt)
    {
        for (var i = prompt.Blocks.Count - 1; i >= 0; i--)
        {
            if (prompt.Blocks[i].Kind != PromptBlockKind.Unmarkable)
                return i;
        }

        return -1;
    }

    private static int HighestHit(PrefixWalk prompt, CacheView cache, int mark)
    {
        var positions = 0;
        var previous = PromptBlockKind.Content;
        for (var i = mark; i >= 0; i--)
        {
            // A run of tool uses, and a run of tool results, counts as one position.
            var kind = prompt.Blocks[i].Kind;
            var continues = i < mark && kind == previous && kind is PromptBlockKind.ToolUse or PromptBlockKind.ToolResult;
            if (!continues && ++positions > LookBackPositions)
                return -1;
            if (cache.Holds(prompt.HashTo(i)))
                return i;
            previous = kind;
        }

        return -1;
    }
}
