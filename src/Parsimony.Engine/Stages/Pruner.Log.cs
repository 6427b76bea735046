using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class Pruner
{
    [LoggerMessage(EventId = 1701, Level = LogLevel.Warning, Message = "Payloads are not brought under the current key: {Reason}")]
    private static partial void LogNotRewrapped(ILogger logger, string reason);
}
