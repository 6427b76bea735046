namespace Parsimony.Sandbox.Model;

/// <summary>Picks a label for a text by the words they share; ties and second thoughts are decided by a hash.</summary>
internal static class LabelChoice
{
    private const int NameScore = 6;
    private const int LexiconScore = 4;
    private const int DescriptionScore = 2;

    // A repeated question gets the second-best label this often.
    private const double SecondThought = 0.15;

    private static readonly HashSet<string> Leftovers = new(StringComparer.Ordinal) { "other", "general", "misc", "none", "unknown", "ham", "neutral" };

    public static OfferedLabel Pick(IReadOnlyList<OfferedLabel> labels, string text, ulong chance, int ordinal)
    {
        var words = Words(text);
        var ranked = labels
            .Select((label, index) => (Label: label, Score: Score(label, words), Tie: StableHash.Join(chance, (ulong)index)))
            .OrderByDescending(l => l.Score)
            .ThenBy(l => l.Tie)
            .Select(l => l.Label)
            .ToList();
        var second = ordinal > 0 && ranked.Count > 1 && StableHash.Fraction(StableHash.Join(chance, 0x5EC0)) < SecondThought;
        return ranked[second ? 1 : 0];
    }

    private static int Score(OfferedLabel label, HashSet<string> words)
    {
        var score = 0;
        foreach (var part in Words(label.Name))
        {
            // A label for the rest wins only where nothing else fits.
            if (Leftovers.Contains(part))
                score++;
            if (words.Contains(part))
                score += NameScore;
            foreach (var sign in LabelWords.For(part))
            {
                if (words.Contains(Stem(sign)))
                    score += LexiconScore;
            }
        }

        foreach (var part in Words(label.Description))
        {
            if (part.Length > 3 && words.Contains(part))
                score += DescriptionScore;
        }

        return score;
    }

    private static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var lower = text.ToLowerInvariant();
        var start = -1;
        for (var i = 0; i <= lower.Length; i++)
        {
            if (i < lower.Length && char.IsLetterOrDigit(lower[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                words.Add(Stem(lower[start..i]));
                start = -1;
            }
        }

        return words;
    }

    // Crude on purpose: enough for "refunded", "refunds" and "refunding" to meet.
    private static string Stem(string word)
    {
        foreach (var ending in (ReadOnlySpan<string>)["ing", "ies", "ed", "es", "s", "e", "y"])
        {
            if (word.Length > ending.Length + 2 && word.EndsWith(ending, StringComparison.Ordinal))
                return word[..^ending.Length];
        }

        return word;
    }
}
