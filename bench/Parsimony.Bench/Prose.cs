using System.Text;

namespace Parsimony.Bench;

/// <summary>Seeded text that compresses about like English: made-up words, the short ones far more often than the long ones.</summary>
internal sealed class Prose(int seed)
{
    private static readonly string[] Words = MakeWords();
    private readonly Random _random = new(seed);

    /// <summary>Text of exactly this many ASCII characters.</summary>
    public string Next(int length)
    {
        var text = new StringBuilder(length + 16);
        while (text.Length < length)
        {
            // The square of a uniform number: word ranks of a language fall about like this.
            var rank = _random.NextDouble();
            text.Append(Words[(int)(rank * rank * rank * Words.Length)]).Append(_random.Next(12) == 0 ? ". " : " ");
        }

        text.Length = length;
        return text.ToString();
    }

    private static string[] MakeWords()
    {
        string[] syllables = ["ba", "ren", "tol", "mi", "sa", "ker", "vin", "do", "lu", "pra", "ne", "shi", "gor", "ta", "el", "um", "ist", "fa", "quo", "zer"];
        var random = new Random(1);
        var words = new HashSet<string>(StringComparer.Ordinal);
        while (words.Count < 5_000)
        {
            var count = 2 + (words.Count / 1_500);
            words.Add(string.Concat(Enumerable.Range(0, random.Next(1, count + 2)).Select(_ => syllables[random.Next(syllables.Length)])));
        }

        return [.. words];
    }
}
