using System.Collections.Concurrent;

namespace Parsimony.Storage.Sqlite;

/// <summary>The SQL texts of this assembly, by the name of their file.</summary>
internal static class SqlText
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    internal static string Statement(string name) => Texts.GetOrAdd("Sql/" + name, Read);

    internal static IEnumerable<(string Name, string Text)> Migrations() =>
        typeof(SqlText).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Migrations/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (name["Migrations/".Length..], Texts.GetOrAdd(name, Read)));

    private static string Read(string resource)
    {
        using var stream = typeof(SqlText).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"There is no SQL text named {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
