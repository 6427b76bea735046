using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Parsimony.Storage.Postgres;

/// <summary>The SQL texts of this assembly, by the name of their file. Their named parameters become numbered ones, in the order in which the text first names them.</summary>
internal static partial class SqlText
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    internal static string Statement(string name) => Texts.GetOrAdd("Sql/" + name, static resource => Number(Read(resource)));

    internal static IEnumerable<(string Name, string Text)> Migrations() =>
        typeof(SqlText).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Migrations/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (name["Migrations/".Length..], Texts.GetOrAdd(name, Read)));

    private static string Number(string text)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return Parameter.Replace(text, match =>
        {
            if (!numbers.TryGetValue(match.Value, out var number))
            {
                number = numbers.Count + 1;
                numbers.Add(match.Value, number);
            }

            return string.Create(CultureInfo.InvariantCulture, $"${number}");
        });
    }

    private static string Read(string resource)
    {
        using var stream = typeof(SqlText).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"There is no SQL text named {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("@[a-z_]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Parameter { get; }
}
