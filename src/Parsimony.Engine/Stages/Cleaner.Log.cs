using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class Cleaner
{
    [LoggerMessage(EventId = 1601, Level = LogLevel.Warning, Message = "Deleting what the provider keeps of batch {Batch} failed: {Code}.")]
    private static partial void LogCleanFailed(ILogger logger, long batch, string code);
}
