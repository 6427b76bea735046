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

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning, Message = "Batch {Batch} at {Provider} has run for {Minutes:0} minutes; the chance that it still ends in time is {Chance:P1}. Its items leave it at {LeavesAt:u} and are sent live.")]
    private static partial void LogStuck(ILogger logger, long batch, string provider, double minutes, double chance, DateTimeOffset leavesAt);
}
