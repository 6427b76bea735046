using System.Text.RegularExpressions;

namespace Parsimony.Sandbox.Model;

/// <summary>A label a prompt offers, with the words that explain it.</summary>
internal sealed record OfferedLabel(string Name, string Description);

/// <summary>Finds the labels a prompt offers: "one of: a, b, c", "labels: ...", or a list under such a line.</summary>
internal static partial class OfferedLabels
{
    private const int MaxLabels = 200;
    private const int MaxLabelCharacters = 60;
    private const int SearchedCharacters = 20_000;

    public static IReadOnlyList<OfferedLabel> In(string prompt)
    {
        var searched = prompt.Length <= SearchedCharacters ? prompt : prompt[..SearchedCharacters];
        foreach (Match lead in Lead().Matches(searched))
        {
            var rest = searched[(lead.Index + lead.Length)..];
            var labels = Listed(rest);
            if (labels.Count == 0)
                labels = Inline(rest);
            if (labels.Count > 1)
                return labels;
        }

        return [];
    }

    private static List<OfferedLabel> Listed(string rest)
    {
        var labels = new List<OfferedLabel>();
        foreach (var line in rest.Split('\n').SkipWhile(l => string.IsNullOrWhiteSpace(l)).Take(MaxLabels))
        {
            if (Item().Match(line) is not { Success: true } item)
                break;
            Add(labels, item.Groups["name"].Value, item.Groups["about"].Value);
        }

        return labels;
    }

    private static List<OfferedLabel> Inline(string rest)
    {
        var labels = new List<OfferedLabel>();
        foreach (var part in Separator().Split(Span(rest.TrimStart().Split('\n', 2)[0])).Take(MaxLabels))
            Add(labels, part, "");
        return labels;
    }

    // How far the list goes: to the closing bracket, to the closing quote of "a|b|c", else to the end of the sentence.
    private static string Span(string line)
    {
        if (line.Length > 0 && "([{".Contains(line[0], StringComparison.Ordinal))
        {
            var close = line.AsSpan().IndexOfAny(")]}");
            return close < 0 ? line : line[..close];
        }

        if (line.Length > 0 && line[0] == '"' && line.IndexOf('"', 1) is > 0 and var quote && line.AsSpan(0, quote).Contains('|'))
            return line[..quote];
        var end = SentenceEnd().Match(line);
        return end.Success ? line[..end.Index] : line;
    }

    private static void Add(List<OfferedLabel> labels, string name, string description)
    {
        var clean = name.Trim(' ', '\t', '\r', '"', '\'', '`', '*', '[', ']', '(', ')', '{', '}', '.', ':', ';', '“', '”', '<', '>');
        if (clean.Length is > 0 and <= MaxLabelCharacters && labels.TrueForAll(l => l.Name != clean))
            labels.Add(new OfferedLabel(clean, description.Trim()));
    }

    [GeneratedRegex(
        """
        \b(?:one\ of|labels?|categor(?:y|ies)|class(?:es)?|options|choices|intents?|topics?)\b
            (?:\ (?:the|these|following|allowed|possible|are|is|from|below|labels|categories|classes|options|topics|intents))*["'`]?\s*[:=]
        | \bone\ of\b(?:\ the\ (?:labels|categories|classes|topics))?(?=\s*["'`\[(])
        | \bone\ of(?=\s+[\w-]+(?:,\ ?[\w-]+)+)
        | \b(?:label|category|class|topic|intent)s?(?=\s*[\[(])
        | \b(?:answer|reply|respond)\ with(?:\ only|\ just|\ exactly)?(?=\s*["'`\[])
        | \b(?:into|as|either)(?=\s+[\w-]+(?:,\ ?[\w-]+)*,?\ (?:or|and)\ [\w-]+)
        """,
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Lead();

    [GeneratedRegex(@"^\s*(?:[-*•]|\d{1,3}[.)])\s+(?<name>[^:–—]{1,60}?)\s*(?:(?::|–|—| - )\s*(?<about>.*))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Item();

    [GeneratedRegex(@"[.?!](?:\s|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\s*[,;|/]\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Separator();
}
