using System.Runtime.CompilerServices;

namespace Parsimony.Testing;

/// <summary>A store or provider does not do what its contract says; the message says what was expected and what came.</summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Says what was wrong.</summary>
    public ConformanceException(string message)
        : base(message)
    {
    }
}

/// <summary>Assertions of the conformance suites, so that the package needs no test framework.</summary>
internal static class Expect
{
    internal static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ConformanceException($"{what}: expected {expected}, but it is {actual}.");
        }
    }

    internal static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        var (wanted, found) = (expected.ToList(), actual.ToList());
        if (!wanted.SequenceEqual(found))
        {
            throw new ConformanceException($"{what}: expected [{string.Join(", ", wanted)}], but it is [{string.Join(", ", found)}].");
        }
    }

    internal static void True(bool condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (!condition)
        {
            throw new ConformanceException($"Expected: {what}.");
        }
    }

    internal static void False(bool condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (condition)
        {
            throw new ConformanceException($"Not expected: {what}.");
        }
    }

    internal static T Found<T>(T? value, [CallerArgumentExpression(nameof(value))] string what = "")
        where T : class =>
        value ?? throw new ConformanceException($"{what}: expected something, but there is nothing.");
}
