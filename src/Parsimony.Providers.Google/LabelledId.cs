using System.Text;

namespace Parsimony.Providers.Google;

/// <summary>A custom id in Google's labels, there and back without loss.</summary>
/// <remarks>
/// A label's value has at most 63 lower-case letters, digits, underscores and dashes (https://cloud.google.com/resource-manager/docs/labels-overview, read
/// 2026-11-20); a custom id has 64 letters of both cases. An underscore escapes: <c>_x</c> is <c>X</c>, <c>__</c> is <c>_</c>. What is longer than one
/// label goes on in the next.
/// </remarks>
internal static class LabelledId
{
    private const int LongestValue = 63;

    // Twice the longest custom id, in labels.
    private static readonly string[] Names = ["parsimony-id", "parsimony-id-2", "parsimony-id-3"];

    /// <summary>The labels of an id.</summary>
    public static IReadOnlyDictionary<string, string> Write(string customId)
    {
        var text = Escaped(customId);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i * LongestValue < text.Length; i++)
        {
            labels[Names[i]] = text[(i * LongestValue)..Math.Min(text.Length, (i + 1) * LongestValue)];
        }

        return labels;
    }

    /// <summary>The id in a request's labels; null when it is not ours.</summary>
    public static string? Read(Func<string, string?> label)
    {
        var text = string.Concat(Names.Select(label));
        var id = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '_')
            {
                id.Append(text[i]);
            }
            else if (++i < text.Length && (text[i] == '_' || char.IsAsciiLetterLower(text[i])))
            {
                id.Append(char.ToUpperInvariant(text[i]));
            }
            else
            {
                return null;
            }
        }

        return id.Length > 0 ? id.ToString() : null;
    }

    /// <summary>A key as one label's value, cut where it does not fit.</summary>
    public static string Value(string key) => Escaped(key) is var text && text.Length > LongestValue ? text[..LongestValue] : text;

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterUpper(c) || c == '_')
            {
                escaped.Append('_');
            }

            escaped.Append(char.ToLowerInvariant(c));
        }

        return escaped.ToString();
    }
}
