using System.Globalization;
using System.Text;

namespace Parsimony.Engine;

/// <summary>Turns scalars into nodes: replaces <c>${NAME}</c> and tells texts from numbers and flags.</summary>
internal sealed class TreeBuilder(ConfigurationReport report, ConfigurationSources sources)
{
    // An alias in YAML may stand for a tree, and aliases may nest: a few lines could unfold into gigabytes.
    private const int MaxNodes = 50_000;

    private int _nodes;

    public const int MaxDepth = 32;

    public bool IsFull => ++_nodes > MaxNodes;

    /// <summary>A scalar, with its variables replaced.</summary>
    /// <param name="written">As it stands in the file.</param>
    /// <param name="isQuoted">Whether it is a text whatever it looks like.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="path">Its key, for faults.</param>
    public ConfigurationNode Scalar(string written, bool isQuoted, string place, string path)
    {
        if (written.Contains("${", StringComparison.Ordinal))
        {
            return Expand(written, place, path) is { } text
                ? new ConfigurationNode { Kind = NodeKind.Expanded, Place = place, Text = text, Written = written }
                : new ConfigurationNode { Kind = NodeKind.Absent, Place = place, Written = written };
        }

        var kind = isQuoted ? NodeKind.Text : KindOf(written);
        return new ConfigurationNode { Kind = kind, Place = place, Text = written, Written = written };
    }

    public static string Child(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    public static string Child(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    // The core schema of YAML 1.2: yes, no, on and off are texts.
    private static NodeKind KindOf(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => NodeKind.Absent,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => NodeKind.Flag,
        _ => double.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? NodeKind.Number : NodeKind.Text,
    };

    private string? Expand(string written, string place, string path)
    {
        var text = new StringBuilder(written.Length);
        var rest = written.AsSpan();
        var isWhole = true;
        while (rest.IndexOf("${", StringComparison.Ordinal) is >= 0 and var start)
        {
            text.Append(rest[..start]);
            rest = rest[(start + 2)..];
            var end = rest.IndexOf('}');
            var name = end < 0 ? "" : rest[..end].ToString();
            if (!IsName(name))
            {
                report.Fault(place, path, "a variable is written ${NAME}, with letters, digits and underscores; close it, or write the value.");
                return null;
            }

            rest = rest[(end + 1)..];
            if (sources.Variable(name) is { Length: > 0 } value)
            {
                text.Append(value);
                continue;
            }

            isWhole = false;
            if (!(sources.KeysOptional && path.EndsWith(".apiKey", StringComparison.Ordinal)))
            {
                report.Fault(place, path, $"the environment variable {name} is not set; set it, or write the value.");
            }
        }

        return isWhole ? text.Append(rest).ToString() : null;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
