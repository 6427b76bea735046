namespace Parsimony.Sandbox.Model;

/// <summary>
/// OpenAI's cache before GPT-5.6: every prompt of 1,024 tokens leaves its prefixes behind, hits are counted in steps of 128, writes are free.
/// </summary>
/// <remarks>
/// Inside a block the prefix is followed in pieces of 512 characters, which the simulated tokenizer counts as 128 tokens
/// (https://developers.openai.com/api/docs/guides/prompt-caching, read 2026-11-20).
/// </remarks>
internal static class StepCache
{
    private const int CountedStep = 128;
    private const int PieceCharacters = 512;

    public static (long Read, long WrittenShort, long WrittenLong) Meter(
        PrefixWalk prompt, CacheQuestion question, CacheRules rules, CacheView cache)
    {
        if (prompt.TotalTokens < rules.MinPrefixTokens)
            return (0, 0, 0);

        var life = question.Retention == "in_memory" ? rules.ShortLife : rules.LongLife;
        var read = 0L;
        var nextKept = (long)rules.MinPrefixTokens;
        foreach (var (hash, tokens, endsBlock) in Pieces(prompt))
        {
            if (tokens < rules.MinPrefixTokens)
                continue;
            var holds = cache.Holds(hash);
            if (holds)
                read = tokens;

            // From GPT-5.5 on a prefix is kept every 2,048 tokens only, and at the prompt's end.
            if (tokens < nextKept && !endsBlock)
                continue;
            nextKept = tokens + rules.LookupStepTokens;
            cache.Write(hash, life);
        }

        var counted = read / CountedStep * CountedStep;
        return (counted < rules.MinPrefixTokens ? 0 : counted, 0, 0);
    }

    private static IEnumerable<(ulong Hash, long Tokens, bool EndsBlock)> Pieces(PrefixWalk prompt)
    {
        for (var i = 0; i < prompt.Blocks.Count; i++)
        {
            var text = prompt.Blocks[i].Text;
            var hash = prompt.HashBefore(i);
            for (var end = PieceCharacters; end < text.Length; end += PieceCharacters)
            {
                hash = StableHash.Join(hash, StableHash.Of(text.AsSpan(end - PieceCharacters, PieceCharacters), seed: 1));
                var inside = Math.Min(prompt.Blocks[i].Tokens, end / (PieceCharacters / CountedStep));
                yield return (hash, prompt.TokensBefore(i) + inside, false);
            }

            yield return (prompt.HashTo(i), prompt.TokensTo(i), true);
        }
    }
}
