using Microsoft.Extensions.Logging;

namespace Parsimony.Chat;

public sealed partial class BatchingChatClient
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug, Message = "Made now by the inner client: {Reason}.")]
    private static partial void LogNow(ILogger logger, string reason);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Debug, Message = "Queued for {Model}: {Reason}.")]
    private static partial void LogBatched(ILogger logger, ModelId model, string reason);
}
