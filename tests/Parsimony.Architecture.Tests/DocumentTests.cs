using System.Text.RegularExpressions;

namespace Parsimony.Architecture.Tests;

/// <summary>Pages that are in step with the code.</summary>
public sealed class DocumentTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Pages => [.. AllPages()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_to_files_that_exist(string page)
    {
        var folder = Path.GetDirectoryName(page) ?? "";
        var links = Regex.Matches(Repository.Read(page), @"\]\((?<to>[^)\s#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, Limit)
            .Select(match => match.Groups["to"].Value)
            .Where(to => !to.Contains("://", StringComparison.Ordinal));

        Strays.None(links.Where(to => !File.Exists(Repository.PathOf(Path.Combine(folder, to))) && !Directory.Exists(Repository.PathOf(Path.Combine(folder, to)))));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Code_on_a_page_is_the_code_of_the_samples(string page)
    {
        var text = Repository.Read(page).ReplaceLineEndings("\n");

        foreach (Match snippet in Regex.Matches(text, @"<!-- snippet: (?<file>[^#\s]+)#(?<name>\w+) -->\n```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, Limit))
        {
            Assert.Equal(Snippet(snippet.Groups["file"].Value, snippet.Groups["name"].Value), snippet.Groups["code"].Value);
        }
    }

    [Fact]
    public void The_readme_shows_a_compiled_program() =>
        Assert.Contains("<!-- snippet: samples/", Repository.Read("README.md"), StringComparison.Ordinal);

    [Fact]
    public void Every_snippet_of_the_samples_is_shown_somewhere()
    {
        var shown = string.Join('\n', AllPages().Select(Repository.Read));

        var unseen =
            from file in Repository.Files("samples", "*.cs")
            from name in Regex.Matches(Repository.Read(file), @"// begin-snippet: (?<name>\w+)", RegexOptions.ExplicitCapture, Limit).Select(match => match.Groups["name"].Value)
            where !shown.Contains($"<!-- snippet: {file}#{name} -->", StringComparison.Ordinal)
            select $"{file}#{name}";

        Strays.None(unseen);
    }

    [Fact]
    public void The_continuous_build_runs_what_the_readme_says_and_nothing_else()
    {
        var readme = Repository.Read("README.md").ReplaceLineEndings("\n").Split('\n');
        var commands = Repository.Read(".ci/run").ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("dotnet ", StringComparison.Ordinal)).Select(line => line.Split(" <")[0].Trim()).ToList();

        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.Contains(command, readme));
    }

    [Fact]
    public void Decisions_are_numbered_without_a_gap() =>
        Assert.All(
            Repository.Files("docs/decisions", "*.md").Select((file, index) => (Name: Path.GetFileName(file), Number: index + 1)),
            decision => Assert.StartsWith($"{decision.Number:0000}-", decision.Name, StringComparison.Ordinal));

    [Fact]
    public void Every_page_is_linked_from_the_readme() =>
        Strays.None(Repository.Files("docs", "*.md")
            .Where(page => !page.StartsWith("docs/decisions/", StringComparison.Ordinal) && !Repository.Read("README.md").Contains($"]({page})", StringComparison.Ordinal)));

    [Fact]
    public void The_glossary_defines_every_state()
    {
        var glossary = Repository.Read("docs/glossary.md");

        Assert.All(
            Enum.GetNames<Engine.RequestState>().Concat(Enum.GetNames<Engine.BatchState>()),
            state => Assert.Contains($"`{state}`", glossary, StringComparison.Ordinal));
    }

    [Fact]
    public void Types_the_architecture_page_names_exist()
    {
        var names = Product.Assemblies.SelectMany(entry => Product.Written(entry.Value)).Select(type => type.Name.Split('`')[0]).ToHashSet(StringComparer.Ordinal);
        var members = Product.Assemblies.SelectMany(entry => Product.Written(entry.Value))
            .SelectMany(type => type.GetMembers(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.DeclaredOnly))
            .Select(member => member.Name)
            .ToHashSet(StringComparer.Ordinal);
        // Words of .NET and of Microsoft.Extensions.AI, and those that stand for a provider's or a verb's name.
        string[] others = ["IChatClient", "IEmbeddingGenerator", "TimeProvider", "HttpMessageHandler", "DelegatingChatClient", "PublicApi", "Parsimony"];

        var named = Regex.Matches(Repository.Read("docs/architecture.md"), @"`(?<name>[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)?)`", RegexOptions.ExplicitCapture, Limit)
            .Select(match => match.Groups["name"].Value)
            .Where(name => !name.StartsWith("Parsimony.", StringComparison.Ordinal))
            .SelectMany(name => name.Split('.'));

        Strays.None(named.Where(name => !names.Contains(name) && !members.Contains(name) && !others.Contains(name)).Distinct(StringComparer.Ordinal));
    }

    private static IEnumerable<string> AllPages() =>
        new[] { "README.md", "CHANGELOG.md" }.Concat(Repository.Files("docs", "*.md")).Concat(Repository.Files("src", "README.md")).Concat(Repository.Files("data", "*.md"));

    private static string Snippet(string file, string name)
    {
        var lines = Repository.Read(file).ReplaceLineEndings("\n").Split('\n').SkipWhile(line => line.Trim() != $"// begin-snippet: {name}").Skip(1).TakeWhile(line => line.Trim() != "// end-snippet").ToList();
        var indent = lines.Where(line => line.Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(line => line.Length == 0 ? line : line[indent..])).Trim('\n');
    }
}
