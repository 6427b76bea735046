using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

/// <summary>Compares JSON with what a page demands of it, as values, and lists every difference. The words are those of <c>tests/golden/from-the-page.md</c>.</summary>
internal static class PageExpectation
{
    public static List<string> Differences(JsonNode? expected, JsonNode? actual, string at = "")
    {
        var found = new List<string>();
        Compare(expected, actual, at, found);
        return found;
    }

    /// <summary>The differences from the form that has fewest.</summary>
    public static List<string> Nearest(IEnumerable<JsonNode?> forms, JsonNode? actual, string at = "") =>
        forms.Select(form => Differences(form, actual, at)).MinBy(differences => differences.Count) ?? [$"{at}: nothing is expected"];

    /// <summary>Whether a text matches a pattern, or one of several, in which <c>*</c> stands for any run of characters.</summary>
    public static bool Fits(JsonNode? pattern, string text) => pattern switch
    {
        JsonArray several => several.Any(one => Fits(one, text)),
        JsonObject choice => Fits(choice["$either"], text),
        _ => FitsOne((string)pattern!, text),
    };

    private static bool FitsOne(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
        {
            return pattern.SequenceEqual(text);
        }

        if (!text.StartsWith(pattern[..star], StringComparison.Ordinal))
        {
            return false;
        }

        for (var from = star; from <= text.Length; from++)
        {
            if (FitsOne(pattern[(star + 1)..], text[from..]))
            {
                return true;
            }
        }

        return false;
    }

    private static void Compare(JsonNode? expected, JsonNode? actual, string at, List<string> found)
    {
        switch (expected)
        {
            case JsonObject choice when choice.ContainsKey("$any"):
                break;
            case JsonObject choice when choice["$like"] is { } pattern && actual?.GetValueKind() == JsonValueKind.String && Fits(pattern, (string)actual!):
                break;
            case JsonObject choice when choice["$either"] is JsonArray forms:
                found.AddRange(Nearest(forms, actual, at));
                break;
            case JsonObject choice when choice.TryGetPropertyValue("$may", out var inner):
                Compare(inner, actual, at, found);
                break;
            case JsonObject choice when choice.TryGetPropertyValue("$json", out var inner):
                Compare(inner, Parsed(actual), at, found);
                break;
            case JsonObject members when actual is JsonObject there:
                CompareMembers(members, there, at, found);
                break;
            case JsonArray items when actual is JsonArray there && items.Count == there.Count:
                for (var i = 0; i < items.Count; i++)
                {
                    Compare(items[i], there[i], $"{at}/{i.ToString(CultureInfo.InvariantCulture)}", found);
                }

                break;
            default:
                if (!IsSame(expected, actual))
                {
                    found.Add($"{(at.Length == 0 ? "/" : at)}: expected {Show(expected)}, was {Show(actual)}");
                }

                break;
        }
    }

    private static void CompareMembers(JsonObject expected, JsonObject actual, string at, List<string> found)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in expected)
        {
            if (name == "$one" && value is JsonObject several)
            {
                var there = several.Where(one => actual.ContainsKey(one.Key)).ToList();
                named.UnionWith(several.Select(one => one.Key));
                if (there is [var (only, wanted)])
                {
                    Compare(wanted, actual[only], $"{at}/{only}", found);
                }
                else
                {
                    found.Add($"{at}: expected one of {string.Join(", ", several.Select(one => one.Key))}, was {there.Count.ToString(CultureInfo.InvariantCulture)} of them");
                }

                continue;
            }

            named.Add(name);
            if (actual.TryGetPropertyValue(name, out var value2))
            {
                Compare(value, value2, $"{at}/{name}", found);
            }
            else if (value is not JsonObject may || !may.ContainsKey("$may"))
            {
                found.Add($"{at}/{name}: expected {Show(value)}, was not there");
            }
        }

        found.AddRange(actual.Where(member => !named.Contains(member.Key)).Select(member => $"{at}/{member.Key}: expected nothing, was {Show(member.Value)}"));
    }

    private static bool IsSame(JsonNode? expected, JsonNode? actual) => (expected?.GetValueKind(), actual?.GetValueKind()) switch
    {
        (null, null) => true,
        (JsonValueKind.Number, JsonValueKind.Number) => Number(expected!) == Number(actual!),
        _ => JsonNode.DeepEquals(expected, actual),
    };

    private static decimal Number(JsonNode node) => decimal.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static JsonNode? Parsed(JsonNode? text)
    {
        try
        {
            return text?.GetValueKind() == JsonValueKind.String ? JsonNode.Parse((string)text!) : $"not a string: {Show(text)}";
        }
        catch (JsonException)
        {
            return $"not JSON: {Show(text)}";
        }
    }

    private static string Show(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length > 200 ? $"{text[..200]}…" : text;
    }
}
