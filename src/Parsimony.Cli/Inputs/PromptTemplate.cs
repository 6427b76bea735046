using System.Text;

namespace Parsimony.Cli;

/// <summary>A prompt with <c>{{field}}</c> places. What stands before the first place is the same for all rows.</summary>
internal sealed class PromptTemplate
{
    private readonly List<(string Text, string? Field)> _parts = [];

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">A place is opened and never closed, or empty.</exception>
    public PromptTemplate(string text)
    {
        var rest = text;
        while (rest.IndexOf("{{", StringComparison.Ordinal) is var open and >= 0)
        {
            var close = rest.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                throw new FormatException("The prompt opens a place with {{ and never closes it with }}.");
            }

            var field = rest[(open + 2)..close].Trim();
            if (field.Length == 0)
            {
                throw new FormatException("The prompt has an empty place {{}}; name a field of the input.");
            }

            _parts.Add((rest[..open], field));
            rest = rest[(close + 2)..];
        }

        _parts.Add((rest, null));
    }

    /// <summary>The fields it names.</summary>
    public IEnumerable<string> Fields => _parts.Select(part => part.Field).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>The first field a row lacks; null when it has all.</summary>
    public string? Missing(InputRow row) => Fields.FirstOrDefault(field => !row.Fields.ContainsKey(field));

    /// <summary>The prompt of a row that has all fields.</summary>
    public string Fill(InputRow row)
    {
        var text = new StringBuilder();
        foreach (var (before, field) in _parts)
        {
            text.Append(before);
            if (field is not null)
            {
                text.Append(row.Fields[field]);
            }
        }

        return text.ToString();
    }
}
