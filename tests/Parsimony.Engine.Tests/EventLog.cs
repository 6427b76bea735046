using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Parsimony.Engine.Tests;

/// <summary>The events that were logged: their ids, and what they said.</summary>
internal sealed class EventLog : ILogger
{
    internal ConcurrentQueue<int> All { get; } = [];

    internal ConcurrentQueue<string> Lines { get; } = [];

    internal IReadOnlyList<int> Beats => [.. All.Where(id => id is > 2300 and < 2400)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        All.Enqueue(eventId.Id);
        Lines.Enqueue(formatter(state, exception));
    }
}
