using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Parsimony.Architecture.Tests;

/// <summary>The files of this repository, found from where this file was compiled.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Files of a folder and those below it, as paths from the root with slashes, in ordinal order; build output is no part of it.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The project files of the product, the tests, the samples and the benchmarks.</summary>
    public static IReadOnlyList<ProjectFile> Projects { get; } =
    [
        .. new[] { "src", "tests", "samples", "bench" }.SelectMany(folder => Files(folder, "*.csproj")).Select(ProjectFile.Read),
    ];

    private static string Find([CallerFilePath] string thisFile = "")
    {
        foreach (var start in new[] { Path.GetDirectoryName(thisFile), AppContext.BaseDirectory })
        {
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "Parsimony.slnx")))
                {
                    return folder;
                }
            }
        }

        throw new InvalidOperationException("These tests read the repository and must run from a checkout of it.");
    }
}

/// <summary>A project and what it references.</summary>
internal sealed record ProjectFile(string Path, string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks, XDocument Xml)
{
    public string Area => Path[..Path.IndexOf('/', StringComparison.Ordinal)];

    public static ProjectFile Read(string path)
    {
        var xml = XDocument.Parse(Repository.Read(path));
        IReadOnlyList<string> Of(string element) => [.. xml.Descendants(element).Select(reference => reference.Attribute("Include")?.Value ?? "").Order(StringComparer.Ordinal)];
        return new ProjectFile(
            path,
            System.IO.Path.GetFileNameWithoutExtension(path),
            [.. Of("ProjectReference").Select(reference => System.IO.Path.GetFileNameWithoutExtension(reference.Replace('\\', '/')))],
            Of("PackageReference"),
            Of("FrameworkReference"),
            xml);
    }
}
