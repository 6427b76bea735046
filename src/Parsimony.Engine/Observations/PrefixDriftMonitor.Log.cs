using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class PrefixDriftMonitor
{
    [LoggerMessage(
        EventId = 2901, Level = LogLevel.Warning,
        Message = "Prompts of {Model} (component '{Component}', agent '{Agent}', tenant '{Tenant}') no longer begin alike: {Kind} block {Block} ({BlockKind}, {Bytes} bytes) since {Since:u}; {Tokens} tokens could have been read from the cache, {Usd} USD (nothing when unknown). 'parsimony doctor' says where.")]
    private static partial void LogDrift(
        ILogger logger, ModelId model, string component, string agent, string tenant, PrefixDriftKind kind, int block, string blockKind, int bytes, DateTimeOffset since, long tokens, decimal? usd);
}
