using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class BudgetWatcher
{
    [LoggerMessage(EventId = 2401, Level = LogLevel.Warning, Message = "The {Budget} reached {Percent} % of {LimitUsd} USD: {SpentUsd} USD spent, {ReservedUsd} USD reserved.")]
    private static partial void LogReached(ILogger logger, string budget, int percent, decimal limitUsd, decimal spentUsd, decimal reservedUsd);
}
