namespace Parsimony.Architecture.Tests;

/// <summary>What users can name changes only when somebody means it to.</summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Libraries => [.. Product.Libraries.Select(entry => entry.Key)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_surface_is_the_checked_in_one(string project) => AcceptedText.Compare(project, SurfaceText.Write(Product.Assemblies[project]));

    [Fact]
    public void The_command_line_has_no_public_surface() =>
        Strays.None(Product.Public(Product.Assemblies["Parsimony.Cli"]).Select(Product.NameOf).Where(name => name != "Program"));
}
