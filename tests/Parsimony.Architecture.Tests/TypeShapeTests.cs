using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Parsimony.Architecture.Tests;

/// <summary>How types look: closed, named by a noun of the domain, one namespace to a project.</summary>
public sealed class TypeShapeTests
{
    /// <summary>Names that say nothing of what a type is for.</summary>
    private static readonly Regex Vague = new("(Utils?|Utility|Utilities|Helpers?|Common|Managers?|Impl|Misc)$", RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1));

    /// <summary>Classes of extension methods that stand where a user looks for them, without a further using.</summary>
    private static readonly Dictionary<string, string> InFrameworkNamespaces = new(StringComparer.Ordinal)
    {
        ["ParsimonyChatOptionsExtensions"] = "Microsoft.Extensions.AI",
        ["BatchingChatClientExtensions"] = "Microsoft.Extensions.AI",
        ["BatchingEmbeddingGeneratorExtensions"] = "Microsoft.Extensions.AI",
        ["MeteringChatClientExtensions"] = "Microsoft.Extensions.AI",
        ["BudgetChatClientExtensions"] = "Microsoft.Extensions.AI",
        ["CachingChatOptionsExtensions"] = "Microsoft.Extensions.AI",
        ["PromptCachingChatClientExtensions"] = "Microsoft.Extensions.AI",
        ["MeteringEmbeddingGeneratorExtensions"] = "Microsoft.Extensions.AI",
        ["AnthropicCacheMarkExtensions"] = "Microsoft.Extensions.AI",
        ["OpenAICacheMarkExtensions"] = "Microsoft.Extensions.AI",
        ["ParsimonyServiceCollectionExtensions"] = "Microsoft.Extensions.DependencyInjection",
        ["ProviderServiceCollectionExtensions"] = "Microsoft.Extensions.DependencyInjection",
        ["PostgresServiceCollectionExtensions"] = "Microsoft.Extensions.DependencyInjection",
        ["SqliteServiceCollectionExtensions"] = "Microsoft.Extensions.DependencyInjection",
        ["ChatServiceCollectionExtensions"] = "Microsoft.Extensions.DependencyInjection",
    };

    [Fact]
    public void Public_classes_are_sealed_static_or_closed_unions()
    {
        var open = Product.Libraries.SelectMany(entry => Product.Public(entry.Value)).Where(type => type is { IsClass: true, IsSealed: false } && !IsClosedUnion(type));

        Strays.None(open.Select(Product.NameOf));
    }

    [Fact]
    public void Internal_classes_are_sealed_or_have_heirs_here()
    {
        var types = Product.Assemblies.SelectMany(entry => Product.Written(entry.Value)).ToList();

        var open = types.Where(type => type is { IsClass: true, IsSealed: false, IsVisible: false } && !IsClosedUnion(type) && !types.Exists(heir => heir.BaseType == type));

        Strays.None(open.Select(Product.NameOf).Where(name => name != "Program"));
    }

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Strays.None(Product.Assemblies.SelectMany(entry => Product.Written(entry.Value)).Where(type => Vague.IsMatch(type.Name.Split('`')[0])).Select(Product.NameOf));

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() =>
        Strays.None(Repository.Files("src", "*.cs").SelectMany(file => file.Split('/')[..^1]).Distinct(StringComparer.Ordinal).Where(folder => Vague.IsMatch(folder)));

    [Fact]
    public void A_project_has_one_namespace_whatever_its_folders()
    {
        var strays =
            from project in Repository.Projects
            where project.Area == "src"
            let own = project.Name == "Parsimony.Core" ? "Parsimony" : project.Name
            from file in Repository.Files(Path.GetDirectoryName(project.Path) ?? "", "*.cs")
            let type = Path.GetFileNameWithoutExtension(file)
            let found = Regex.Match(Repository.Read(file), @"^namespace ([\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1)).Value
            where found.Length > 0 && found != $"namespace {own};" && !(InFrameworkNamespaces.TryGetValue(type, out var place) && found == $"namespace {place};")
            select $"{file}: {found}";

        Strays.None(strays);
    }

    [Fact]
    public void Interfaces_stand_only_at_the_seams()
    {
        string[] seams =
        [
            "IProvider", "IProviderRegistry", "IBatchBackend", "IExplicitCaches", "IRequestAuthorizer",
            "IEngineStore", "IRequestStore", "IBatchStore", "ISubmissionStore", "IOrphanStore", "IBudgetStore", "IPayloadStore", "ISettlementStore", "ILedgerStore", "IRunStore", "IObservationStore", "INodeStore", "ISwitchStore", "INoticeStore", "IEngineLock",
            "IStage",
            "IStoreHarness",
        ];

        var faces = Product.Libraries.SelectMany(entry => Product.Public(entry.Value)).Where(type => type.IsInterface).Select(type => type.Name);

        Strays.None(faces.Except(seams, StringComparer.Ordinal));
    }

    [Fact]
    public void A_storage_interface_has_at_most_twelve_verbs() =>
        Assert.Empty(Product.Public(Product.Assemblies["Parsimony.Engine"])
            .Where(type => type.IsInterface && type.Name.EndsWith("Store", StringComparison.Ordinal))
            .Where(type => type.GetMethods().Count(method => !method.IsSpecialName) > 12)
            .Select(type => type.Name));

    [Fact]
    public void Data_cannot_be_changed_after_it_was_made()
    {
        var open =
            from entry in Product.Libraries
            from type in Product.Public(entry.Value)
            where IsRecord(type)
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where property.SetMethod is { IsPublic: true } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
            select $"{Product.NameOf(type)}.{property.Name}";

        Strays.None(open);
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static bool IsClosedUnion(Type type) =>
        type.IsAbstract
        && type.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            .All(constructor => constructor.IsPrivate || constructor.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
                || (constructor.GetParameters() is [{ } copied] && copied.ParameterType == type));
}
