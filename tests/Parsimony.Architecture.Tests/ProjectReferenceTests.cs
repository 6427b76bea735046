namespace Parsimony.Architecture.Tests;

/// <summary>Which project may know which, and which packages each may bring to its users.</summary>
public sealed class ProjectReferenceTests
{
    private const string Logging = "Microsoft.Extensions.Logging.Abstractions";
    private const string Injection = "Microsoft.Extensions.DependencyInjection.Abstractions";
    private const string OptionsPackage = "Microsoft.Extensions.Options";

    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new(StringComparer.Ordinal)
    {
        ["Parsimony.Core"] = ([], ["Microsoft.Extensions.AI.Abstractions"]),
        ["Parsimony.Providers"] = (["Parsimony.Core"], [Injection, Logging, OptionsPackage]),
        ["Parsimony.Providers.Aws"] = (["Parsimony.Core", "Parsimony.Providers"], ["AWSSDK.Core"]),
        ["Parsimony.Providers.Azure"] = (["Parsimony.Core", "Parsimony.Providers"], ["Azure.Identity"]),
        ["Parsimony.Providers.Google"] = (["Parsimony.Core", "Parsimony.Providers"], ["Google.Apis.Auth"]),
        ["Parsimony.Engine"] = (["Parsimony.Core"], [Injection, "Microsoft.Extensions.Hosting.Abstractions", Logging, OptionsPackage, "YamlDotNet"]),
        ["Parsimony.Storage.Postgres"] = (["Parsimony.Engine"], ["Npgsql", Injection]),
        ["Parsimony.Storage.Sqlite"] = (["Parsimony.Engine"], ["SQLitePCLRaw.bundle_e_sqlite3", Injection]),
        ["Parsimony.Chat"] = (["Parsimony.Core", "Parsimony.Engine"], [Injection, Logging, OptionsPackage]),
        ["Parsimony.Sandbox.Model"] = ([], []),
        ["Parsimony.Sandbox"] = (["Parsimony.Sandbox.Model"], []),
        ["Parsimony.Testing"] = (["Parsimony.Core", "Parsimony.Engine"], []),
        ["Parsimony.Cli"] = (
            ["Parsimony.Chat", "Parsimony.Core", "Parsimony.Engine", "Parsimony.Providers", "Parsimony.Providers.Aws", "Parsimony.Providers.Azure", "Parsimony.Providers.Google", "Parsimony.Sandbox", "Parsimony.Sandbox.Model", "Parsimony.Storage.Postgres", "Parsimony.Storage.Sqlite"],
            ["Microsoft.Extensions.DependencyInjection", "Spectre.Console", "System.CommandLine"]),
        ["Parsimony"] = (["Parsimony.Chat", "Parsimony.Core", "Parsimony.Engine", "Parsimony.Providers", "Parsimony.Storage.Sqlite"], []),
    };

    /// <summary>Projects that put things together: they may know stores and providers.</summary>
    private static readonly string[] Roots = ["Parsimony.Cli", "Parsimony"];

    private static IEnumerable<ProjectFile> Source => Repository.Projects.Where(project => project.Area == "src");

    [Fact]
    public void Every_project_under_src_has_a_place_in_the_house() =>
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Source.Select(project => project.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Projects_reference_only_what_the_house_allows() =>
        Strays.None(Source.SelectMany(project => project.Projects.Except(Allowed[project.Name].Projects, StringComparer.Ordinal).Select(reference => $"{project.Name} -> {reference}")));

    [Fact]
    public void Projects_bring_only_the_packages_the_house_allows() =>
        Strays.None(Source.SelectMany(project => project.Packages.Except(Allowed[project.Name].Packages, StringComparer.Ordinal).Select(package => $"{project.Name} -> {package}")));

    [Fact]
    public void Only_the_sandbox_hosts_a_web_server() =>
        Assert.Equal(["Parsimony.Sandbox"], Source.Where(project => project.Frameworks.Count > 0).Select(project => project.Name));

    [Fact]
    public void Only_the_command_line_samples_and_tests_reference_the_sandbox() =>
        Assert.Equal(
            ["Parsimony.Cli"],
            Repository.Projects.Where(project => project.Area is "src" or "bench" && project.Name != "Parsimony.Sandbox" && project.Projects.Any(reference => reference.StartsWith("Parsimony.Sandbox", StringComparison.Ordinal)))
                .Select(project => project.Name));

    [Fact]
    public void Only_composition_roots_reference_stores_and_providers() =>
        Strays.None(Source
            // A cloud's providers stand on those that need none.
            .Where(project => !Roots.Contains(project.Name) && !project.Name.StartsWith("Parsimony.Providers.", StringComparison.Ordinal))
            .SelectMany(project => project.Projects.Where(IsPart).Select(reference => $"{project.Name} -> {reference}")));

    [Fact]
    public void Compiled_assemblies_know_no_more_of_each_other_than_their_project_files_say() =>
        Strays.None(Product.Assemblies.SelectMany(entry => entry.Value.GetReferencedAssemblies()
            .Select(reference => reference.Name ?? "")
            .Where(name => name.StartsWith("Parsimony", StringComparison.Ordinal) && !Reachable(entry.Key).Contains(name))
            .Select(name => $"{entry.Key} -> {name}")));

    [Fact]
    public void No_project_compiles_files_of_another_one() =>
        Strays.None(Source.SelectMany(project => project.Xml.Descendants("Compile").Select(file => $"{project.Name}: {file.Attribute("Include")?.Value}")));

    [Fact]
    public void Project_files_stay_short() =>
        // Exceptions: tests that copy files, and the tools' own settings.
        Strays.None(Repository.Projects.Where(project => Repository.Read(project.Path).Split('\n').Length > 32).Select(project => project.Path));

    [Fact]
    public void Versions_are_named_in_one_place() =>
        Strays.None(Repository.Projects.SelectMany(project => project.Xml.Descendants("PackageReference")
            .Where(package => package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null)
            .Select(package => $"{project.Name}: {package.Attribute("Include")?.Value}")));

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = System.Xml.Linq.XDocument.Parse(Repository.Read("Parsimony.slnx"));

        var listed = solution.Descendants("Project").Select(project => project.Attribute("Path")?.Value ?? "");

        Assert.Equal(Repository.Projects.Select(project => project.Path).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static bool IsPart(string project) =>
        project.StartsWith("Parsimony.Storage.", StringComparison.Ordinal) || project.StartsWith("Parsimony.Providers", StringComparison.Ordinal);

    private static HashSet<string> Reachable(string project)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        void Add(string name)
        {
            foreach (var next in Allowed[name].Projects.Where(reached.Add))
            {
                Add(next);
            }
        }

        Add(project);
        return reached;
    }
}
