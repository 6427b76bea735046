using System.Collections.Concurrent;
using System.Reflection;

namespace Parsimony.EndToEnd.Tests;

/// <summary>Leads every verb of a store over a node's path to it.</summary>
internal class Intercepted<T> : DispatchProxy
    where T : class
{
    private static readonly ConcurrentDictionary<Type, MethodInfo> Wrappers = new();
    private T? _inner;
    private StorePath? _path;

    public static T Wrap(T inner, StorePath path)
    {
        var proxy = Create<T, Intercepted<T>>();
        var self = (Intercepted<T>)(object)proxy;
        self._inner = inner;
        self._path = path;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var method = targetMethod ?? throw new InvalidOperationException();
        var type = method.ReturnType;
        if (type == typeof(Task))
        {
            return RunAsync(method, args ?? []);
        }

        if (!type.IsGenericType)
        {
            return Call(method, args);
        }

        var kind = type.GetGenericTypeDefinition();
        if (kind != typeof(Task<>) && kind != typeof(IAsyncEnumerable<>))
        {
            return Call(method, args);
        }

        var wrapper = Wrappers.GetOrAdd(type, static of => typeof(Intercepted<T>)
            .GetMethod(of.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(RunOfAsync) : nameof(StreamOf), BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(of.GetGenericArguments()[0]));
        return wrapper.Invoke(this, [method, args]);
    }

    private object Call(MethodInfo method, object?[]? args)
    {
        try
        {
            return method.Invoke(_inner, args)!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private Task RunAsync(MethodInfo method, object?[] args) => _path!.RunAsync(StoreCall.Of(method), args, async translated =>
    {
        await (Task)Call(method, translated);
        return 0;
    });

    private Task<TResult> RunOfAsync<TResult>(MethodInfo method, object?[] args) =>
        _path!.RunAsync(StoreCall.Of(method), args, translated => (Task<TResult>)Call(method, translated));

    private IAsyncEnumerable<TItem> StreamOf<TItem>(MethodInfo method, object?[] args) =>
        _path!.StreamAsync((IAsyncEnumerable<TItem>)Call(method, args));
}
