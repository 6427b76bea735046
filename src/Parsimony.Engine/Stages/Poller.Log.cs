using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class Poller
{
    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "Asking for batch {Batch} failed: {Code}; it will be asked again.")]
    private static partial void LogPollFailed(ILogger logger, long batch, string code);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning, Message = "The provider rejected batch {Batch}: {Code}.")]
    private static partial void LogRejected(ILogger logger, long batch, string code);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Error, Message = "The provider no longer knows batch {Batch}; its items are sent live, as possible duplicates.")]
    private static partial void LogLost(ILogger logger, long batch);
}
