using System.Collections.Concurrent;
using System.Reflection;

namespace Parsimony.EndToEnd.Tests;

/// <summary>Puts a turnstile before and after every verb of a store: a process can die with the verb undone, or done and unheard of.</summary>
internal class Intercepted<T> : DispatchProxy
    where T : class
{
    private static readonly ConcurrentDictionary<Type, MethodInfo> Wrappers = new();
    private T? _inner;
    private Turnstile? _turnstile;

    public static T Wrap(T inner, Turnstile turnstile)
    {
        var proxy = Create<T, Intercepted<T>>();
        var self = (Intercepted<T>)(object)proxy;
        self._inner = inner;
        self._turnstile = turnstile;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var method = targetMethod ?? throw new InvalidOperationException();
        var type = method.ReturnType;
        if (type == typeof(Task))
        {
            return RunAsync(() => (Task)Call(method, args));
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
        {
            var wrapper = Wrappers.GetOrAdd(type.GetGenericArguments()[0], static argument =>
                typeof(Intercepted<T>).GetMethod(nameof(RunOfAsync), BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(argument));
            return wrapper.Invoke(this, [method, args]);
        }

        // Streams are read without a turnstile of their own: the calls around them have one.
        return Call(method, args);
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

    private async Task RunAsync(Func<Task> call)
    {
        await _turnstile!.PassAsync($"before {typeof(T).Name}");
        await call();
        await _turnstile.PassAsync($"after {typeof(T).Name}");
    }

    private async Task<TResult> RunOfAsync<TResult>(MethodInfo method, object?[]? args)
    {
        await _turnstile!.PassAsync($"before {method.Name}");
        var result = await (Task<TResult>)Call(method, args);
        await _turnstile.PassAsync($"after {method.Name}");
        return result;
    }
}
