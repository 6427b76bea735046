using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class Sender
{
    [LoggerMessage(EventId = 1401, Level = LogLevel.Debug, Message = "The live call of {Request} was refused: {Code}.")]
    private static partial void LogRefused(ILogger logger, RequestId request, string code);

    [LoggerMessage(EventId = 1403, Level = LogLevel.Error, Message = "Request {Request} cannot be sent, and waits: {Reason}")]
    private static partial void LogProtected(ILogger logger, RequestId request, string reason);

    [LoggerMessage(EventId = 1404, Level = LogLevel.Warning, Message = "Nothing is asked of the prompt cache for {Request}: planning it failed.")]
    private static partial void LogUnplanned(ILogger logger, Exception exception, RequestId request);

    [LoggerMessage(EventId = 1405, Level = LogLevel.Warning, Message = "The cache hit rate of {Model} is {Rate:P0} over the engine's last {Calls} live calls that asked for caching, under {Threshold:P0}: prompts are not reused as expected, or change before their end.")]
    private static partial void LogLowRate(ILogger logger, ModelId model, double rate, int calls, double threshold);

    [LoggerMessage(EventId = 1402, Level = LogLevel.Warning, Message = "Nobody knows whether the live call of {Request} was billed; bought again: {Again}.")]
    private static partial void LogUncertain(ILogger logger, RequestId request, bool again);
}
