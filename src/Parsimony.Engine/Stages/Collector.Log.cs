using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class Collector
{
    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "Batch {Batch} collected: {Lines} lines, {Unknown} of unknown id, {Unreadable} unreadable, {Repeated} seen before.")]
    private static partial void LogCollected(ILogger logger, long batch, long lines, long unknown, long unreadable, long repeated);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Warning, Message = "Batch {Batch} has items without a line ({Missing} or more, {Unreadable} lines unreadable); its results are read again later.")]
    private static partial void LogMissing(ILogger logger, long batch, int missing, long unreadable);

    [LoggerMessage(EventId = 1303, Level = LogLevel.Warning, Message = "Reading the results of batch {Batch} broke off: {Code}; what was read is kept, and it will be read again.")]
    private static partial void LogBroken(ILogger logger, long batch, string code);

    [LoggerMessage(EventId = 1305, Level = LogLevel.Information, Message = "Batch {Batch}, {Model}: {Hits} of {Marked} marked requests read the prompt cache; {Expected} were expected to.")]
    private static partial void LogHits(ILogger logger, long batch, ModelId model, long hits, int marked, long expected);

    [LoggerMessage(EventId = 1304, Level = LogLevel.Warning, Message = "The batch suspected to be {Batch} is somebody else's; nothing of it was booked.")]
    private static partial void LogForeign(ILogger logger, long batch);
}
