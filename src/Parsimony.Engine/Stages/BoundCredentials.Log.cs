using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

internal sealed partial class BoundCredentials
{
    [LoggerMessage(EventId = 2601, Level = LogLevel.Warning, Message = "There is work of {Provider} under the credential '{Credential}', which is not configured here. It waits, and nothing of it is lost: configure that credential again under its name, for example among formerCredentials.")]
    private static partial void LogUnconfigured(ILogger logger, string provider, string credential);
}
