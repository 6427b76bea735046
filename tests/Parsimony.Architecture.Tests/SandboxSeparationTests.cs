namespace Parsimony.Architecture.Tests;

/// <summary>The sandbox's bill proves the ledger only because neither knows the other.</summary>
public sealed class SandboxSeparationTests
{
    private static readonly string[] Sandbox = ["Parsimony.Sandbox", "Parsimony.Sandbox.Model"];

    [Fact]
    public void The_sandbox_uses_no_assembly_of_the_product() =>
        Strays.None(Sandbox.SelectMany(project => Product.Assemblies[project].GetReferencedAssemblies()
            .Where(reference => reference.Name is { } name && name.StartsWith("Parsimony", StringComparison.Ordinal) && !Sandbox.Contains(name))
            .Select(reference => $"{project} -> {reference.Name}")));

    [Fact]
    public void No_library_uses_the_sandbox() =>
        Strays.None(Product.Libraries.Where(entry => !Sandbox.Contains(entry.Key)).SelectMany(entry => entry.Value.GetReferencedAssemblies()
            .Where(reference => Sandbox.Contains(reference.Name))
            .Select(reference => $"{entry.Key} -> {reference.Name}")));

    [Fact]
    public void The_sandbox_reads_none_of_the_product_data() =>
        Strays.None(Sandbox.SelectMany(project => Product.Assemblies[project].GetManifestResourceNames()));

    [Fact]
    public void The_sandbox_sees_no_internals_of_the_product() =>
        Strays.None(Product.Libraries.Where(entry => !Sandbox.Contains(entry.Key)).SelectMany(entry => entry.Value
            .GetCustomAttributes(typeof(System.Runtime.CompilerServices.InternalsVisibleToAttribute), inherit: false)
            .Cast<System.Runtime.CompilerServices.InternalsVisibleToAttribute>()
            .Where(friend => Sandbox.Contains(friend.AssemblyName))
            .Select(friend => $"{entry.Key} -> {friend.AssemblyName}")));
}
