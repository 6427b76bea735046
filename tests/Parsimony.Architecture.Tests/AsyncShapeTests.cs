using System.Reflection;

namespace Parsimony.Architecture.Tests;

/// <summary>Asynchronous methods say so, and can be told to stop.</summary>
public sealed class AsyncShapeTests
{
    /// <summary>Methods whose names somebody else chose, or that hand out a task they did not start.</summary>
    private static readonly Dictionary<string, string> NamedOtherwise = new(StringComparer.Ordinal)
    {
        ["PostgresBatchStore.Seal"] = "hands a verb to the database",
        ["PostgresBatchStore.Claim"] = "hands a verb to the database",
        ["PostgresBatchStore.Mark"] = "hands a verb to the database",
        ["PostgresSubmissionStore.Mark"] = "hands a verb to the database",
        ["SqliteBatchStore.Seal"] = "hands a verb to the writer's queue",
        ["SqliteBatchStore.Claim"] = "hands a verb to the writer's queue",
        ["SqliteBatchStore.Mark"] = "hands a verb to the writer's queue",
        ["SqliteSubmissionStore.Mark"] = "hands a verb to the writer's queue",
    };

    /// <summary>Methods that cannot be stopped, or whose signature is somebody else's.</summary>
    private static readonly Dictionary<string, string> WithoutToken = new(StringComparer.Ordinal)
    {
        ["IStoreHarness.OpenAsync"] = "a test's own set-up, which nobody stops",
    };

    private static IEnumerable<MethodInfo> Methods(IEnumerable<Type> types) =>
        types.Where(type => !type.IsSubclassOf(typeof(Delegate)))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName && !method.Name.Contains('<', StringComparison.Ordinal) && IsAsync(method.ReturnType));

    [Fact]
    public void Every_asynchronous_method_ends_in_Async() =>
        Strays.None(Methods(Product.Assemblies.SelectMany(entry => Product.Written(entry.Value)))
            .Where(method => !method.Name.Split('.')[^1].EndsWith("Async", StringComparison.Ordinal))
            // The behaviours of the conformance suite are named by sentences.
            .Where(method => method.DeclaringType is not { Name: var type } || !type.EndsWith("Behaviours", StringComparison.Ordinal))
            .Select(Name)
            .Where(name => !NamedOtherwise.ContainsKey(name)));

    [Fact]
    public void Every_public_asynchronous_method_takes_its_cancellation_token_last() =>
        Strays.None(Methods(Product.Libraries.SelectMany(entry => Product.Public(entry.Value)))
            .Where(method => method is { IsPublic: true } && method.Name != nameof(IAsyncDisposable.DisposeAsync))
            .Where(method => method.GetParameters() is not [.., { Name: "cancellationToken" or "stoppingToken" } last] || last.ParameterType != typeof(CancellationToken))
            .Select(Name)
            .Where(name => !WithoutToken.ContainsKey(name)));

    [Fact]
    public void No_method_is_async_void() =>
        Strays.None(Product.Assemblies.SelectMany(entry => entry.Value.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.ReturnType == typeof(void) && method.IsDefined(typeof(System.Runtime.CompilerServices.AsyncStateMachineAttribute), inherit: false))
            .Select(Name));

    private static string Name(MethodInfo method) => $"{(method.DeclaringType is { } type ? Product.NameOf(type) : "")}.{method.Name}";

    private static bool IsAsync(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() is var generic
            && (generic == typeof(Task<>) || generic == typeof(ValueTask<>) || generic == typeof(IAsyncEnumerable<>)));
}
