using Microsoft.Extensions.Logging;

namespace Parsimony.Chat;

public sealed partial class MeteringChatClient
{
    [LoggerMessage(EventId = 2103, Level = LogLevel.Debug, Message = "Booked a live call of {Model}: {CostUsd} USD (nothing when unknown).")]
    private static partial void LogMetered(ILogger logger, ModelId model, decimal? costUsd);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Error, Message = "The last live calls could not be booked; they are not in the ledger.")]
    private static partial void LogNotClosed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2105, Level = LogLevel.Warning, Message = "What was reserved for live call {Id} could not be given back; it counts as spent when its reservation runs out.")]
    private static partial void LogNotReleased(ILogger logger, Exception exception, RequestId id);
}
