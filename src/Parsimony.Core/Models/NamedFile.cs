using System.Globalization;

namespace Parsimony;

/// <summary>A data file and what faults call it.</summary>
internal readonly record struct NamedFile(string Name, Stream Content)
{
    public static IEnumerable<NamedFile> From(IEnumerable<Stream> files) =>
        files.Select((file, index) => new NamedFile(
            file is FileStream { Name: { Length: > 0 } path } ? path : "file " + (index + 1).ToString(CultureInfo.InvariantCulture), file));

    /// <summary>The files of a folder of <c>data</c> that come with the library.</summary>
    public static IEnumerable<NamedFile> Embedded(string folder)
    {
        var assembly = typeof(NamedFile).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (assembly.GetManifestResourceStream(name) is { } content)
            {
                yield return new NamedFile(name, content);
            }
        }
    }
}
