using System.Globalization;
using System.Text;

namespace Parsimony.Providers;

/// <summary>Reads a JSON string that is well formed as JSON but not as text.</summary>
internal static class JsonRepair
{
    /// <summary>Unescapes a string given with its quotes. What is no character becomes U+FFFD.</summary>
    public static string Text(ReadOnlySpan<byte> quoted)
    {
        var raw = Encoding.UTF8.GetString(quoted.Length >= 2 ? quoted[1..^1] : quoted);
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\' || i + 1 == raw.Length)
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u' && i + 4 < raw.Length
                && ushort.TryParse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                text.Append((char)unit);
                i += 4;
                continue;
            }

            text.Append(raw[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                text[i] = '\uFFFD';
            }
        }

        return text.ToString();
    }
}
