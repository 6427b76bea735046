using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Parsimony.EndToEnd.Tests;

/// <summary>Keeps what an engine logs, and tells when something was logged often enough.</summary>
internal sealed class LogBook : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Message)> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Errors => [.. _lines.Where(line => line.Level == LogLevel.Error).Select(line => line.Message)];

    public int CountOf(int id) => _lines.Count(line => line.Id == id);

    /// <summary>Returns once these events together were logged so many times.</summary>
    public async Task UntilAsync(int count, params int[] ids)
    {
        while (true)
        {
            var more = _more.Task;
            if (ids.Sum(CountOf) >= count)
            {
                return;
            }

            await more.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
        Interlocked.Exchange(ref _more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
