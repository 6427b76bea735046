using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class Rescuer
{
    [LoggerMessage(EventId = 1101, Level = LogLevel.Warning, Message = "Looking for batch {Batch} at its provider failed: {Code}; it will be tried again.")]
    private static partial void LogSearchFailed(ILogger logger, long batch, string code);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Information, Message = "Batch {Batch} was not found in two searches; its create counts as not accepted.")]
    private static partial void LogNotAccepted(ILogger logger, long batch);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Information, Message = "Batch {Batch} was found at its provider and goes on (suspected: {IsSuspected}).")]
    private static partial void LogAdopted(ILogger logger, long batch, bool isSuspected);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Warning, Message = "Batch {Batch} has {Candidates} candidates at its provider; it waits for proof.")]
    private static partial void LogQuarantined(ILogger logger, long batch, int candidates);

    [LoggerMessage(EventId = 1105, Level = LogLevel.Information, Message = "A candidate for batch {Batch} turned out to be somebody else's.")]
    private static partial void LogForeign(ILogger logger, long batch);

    [LoggerMessage(EventId = 1106, Level = LogLevel.Warning, Message = "Batch {Batch} will not be proven among its candidates any more; what it may have cost is booked as unknown.")]
    private static partial void LogGivenUp(ILogger logger, long batch);
}
