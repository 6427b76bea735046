using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class RequestIntake
{
    private static void LogDecisions(ILogger logger, NewRequest[] planned, IReadOnlyList<EnqueuedRequest> accepted)
    {
        if (!logger.IsEnabled(LogLevel.Debug))
        {
            return;
        }

        foreach (var alike in planned.Where((request, index) => request.Decision is not null && accepted[index].IsNew).GroupBy(request => (request.Profile.Model, request.Decision?.Context)))
        {
            LogDecision(logger, alike.Count(), alike.Key.Model, alike.Count(request => request.Route == Route.Batch), alike.Key.Context?.Key.ToString("n"));
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Debug, Message = "Accepted {Count} requests to {Model}, {Batched} of them for batches, decided on the context {Context}.")]
    private static partial void LogDecision(ILogger logger, int count, ModelId model, int batched, string? context);
}
