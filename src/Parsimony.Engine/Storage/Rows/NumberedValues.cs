using System.Collections.Concurrent;

namespace Parsimony.Engine;

/// <summary>Values of a table that only grows, kept in memory by number and by value; all are forgotten when they are many. Thread safe.</summary>
internal sealed class NumberedValues<T>(IEqualityComparer<T>? comparer = null)
    where T : class
{
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<T, long> _numbers = new(comparer);
    private readonly ConcurrentDictionary<long, T> _values = new();
    private int _count;

    internal long? NumberOf(T value) => _numbers.TryGetValue(value, out var number) ? number : null;

    internal T? ValueOf(long number) => _values.GetValueOrDefault(number);

    internal void Note(long number, T value)
    {
        if (Interlocked.Increment(ref _count) > Most)
        {
            Forget();
        }

        _numbers[value] = number;
        _values[number] = value;
    }

    internal void Forget()
    {
        _numbers.Clear();
        _values.Clear();
        _count = 0;
    }
}
