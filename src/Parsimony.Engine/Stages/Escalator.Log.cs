using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class Escalator
{
    [LoggerMessage(EventId = 1501, Level = LogLevel.Information, Message = "Batch {Batch} was cancelled at its provider; {Open} items leave it to hold their deadline or because their callers cancelled them.")]
    private static partial void LogCancelled(ILogger logger, long batch, int open);

    [LoggerMessage(EventId = 1502, Level = LogLevel.Warning, Message = "Cancelling batch {Batch} failed: {Code}; it will be tried again.")]
    private static partial void LogCancelFailed(ILogger logger, long batch, string code);

    [LoggerMessage(EventId = 1503, Level = LogLevel.Information, Message = "{Count} items were taken out of their batches and are sent live.")]
    private static partial void LogEscalated(ILogger logger, int count);

    [LoggerMessage(EventId = 1504, Level = LogLevel.Warning, Message = "Batch {Batch} was cancelled at {Provider}, which an operator switched off; {Open} items wait until it is resumed.")]
    private static partial void LogKilled(ILogger logger, long batch, string provider, int open);
}
