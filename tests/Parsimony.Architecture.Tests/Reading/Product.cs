using System.Reflection;
using System.Runtime.CompilerServices;

namespace Parsimony.Architecture.Tests;

/// <summary>The assemblies of the product.</summary>
internal static class Product
{
    /// <summary>Assembly names by project; the meta package holds no code.</summary>
    private static readonly string[] Projects =
    [
        "Parsimony.Core", "Parsimony.Providers", "Parsimony.Providers.Aws", "Parsimony.Providers.Azure", "Parsimony.Providers.Google", "Parsimony.Engine", "Parsimony.Storage.Postgres", "Parsimony.Storage.Sqlite", "Parsimony.Chat",
        "Parsimony.Sandbox.Model", "Parsimony.Sandbox", "Parsimony.Testing", "Parsimony.Cli",
    ];

    /// <summary>All of them, by project.</summary>
    public static IReadOnlyDictionary<string, Assembly> Assemblies { get; } =
        Projects.ToDictionary(project => project, project => Assembly.Load(project == "Parsimony.Cli" ? "parsimony" : project), StringComparer.Ordinal);

    /// <summary>Those others reference, by project.</summary>
    public static IEnumerable<KeyValuePair<string, Assembly>> Libraries => Assemblies.Where(entry => entry.Key != "Parsimony.Cli");

    /// <summary>Types somebody wrote.</summary>
    public static IEnumerable<Type> Written(Assembly assembly) =>
        assembly.GetTypes().Where(type => !IsGenerated(type));

    /// <summary>The public ones.</summary>
    public static IEnumerable<Type> Public(Assembly assembly) => assembly.GetExportedTypes().Where(type => !IsGenerated(type));

    /// <summary>Made by the compiler or a generator, itself or what it is nested in.</summary>
    public static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false)
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    /// <summary>A type's name as it is written, without its namespace.</summary>
    public static string NameOf(Type type) => type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : type.Name;
}
