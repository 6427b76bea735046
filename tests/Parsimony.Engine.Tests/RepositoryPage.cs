namespace Parsimony.Engine.Tests;

/// <summary>A page of the repository's documentation.</summary>
internal static class RepositoryPage
{
    public static string Read(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var page = Path.Combine(folder.FullName, "docs", name);
            if (File.Exists(page))
            {
                return File.ReadAllText(page).ReplaceLineEndings("\n");
            }
        }

        throw new FileNotFoundException($"There is no docs/{name} above {AppContext.BaseDirectory}.");
    }
}
