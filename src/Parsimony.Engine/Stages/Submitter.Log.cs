using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class Submitter
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Batch {Batch} of {Count} requests submitted to {Provider}.")]
    private static partial void LogSubmitted(ILogger logger, long batch, string provider, int count);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "Nobody knows whether {Provider} accepted batch {Batch} ({Code}); it will be searched for before anything is sent again.")]
    private static partial void LogUncertain(ILogger logger, long batch, string provider, string code);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "{Provider} did not take batch {Batch}: {Code}.")]
    private static partial void LogRefused(ILogger logger, long batch, string provider, string code);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Error, Message = "Batch {Batch} cannot be sent, and waits: {Reason}")]
    private static partial void LogProtected(ILogger logger, long batch, string reason);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning, Message = "The lease on batch {Batch} was lost before its create was sent; another worker goes on.")]
    private static partial void LogLeaseLost(ILogger logger, long batch);
}
