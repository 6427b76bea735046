namespace Parsimony.Cli;

/// <summary>Lines of CSV as RFC 4180 has them.</summary>
internal static class CsvLine
{
    /// <summary>One line, without its end.</summary>
    public static string Of(IEnumerable<string> fields) => string.Join(',', fields.Select(Quote));

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
