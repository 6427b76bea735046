using Microsoft.Extensions.Logging;

namespace Parsimony.Cli;

/// <summary>The engine's log on standard error, for <c>--verbose</c>; else only what whoever runs a node must know: its clock is off, the store is gone.</summary>
internal sealed class TerminalLogger(Terminal terminal, bool isVerbose) : ILogger
{
    private const int FirstOfNode = 2300;
    private const int LastOfNode = 2399;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!isVerbose)
        {
            if (eventId.Id is >= FirstOfNode and <= LastOfNode && IsEnabled(logLevel))
            {
                terminal.Note(formatter(state, exception));
            }
        }
        else if (IsEnabled(logLevel))
        {
            terminal.Note($"{logLevel.ToString().ToLowerInvariant()}: {formatter(state, exception)}{(exception is null ? "" : " " + exception)}");
        }
    }
}
