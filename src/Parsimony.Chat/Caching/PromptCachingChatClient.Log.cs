using Microsoft.Extensions.Logging;

namespace Parsimony.Chat;

public sealed partial class PromptCachingChatClient
{
    [LoggerMessage(EventId = 2701, Level = LogLevel.Debug, Message = "Prompt cache of {Model}: {Marks} marks, declined {Declined}; expected to read {Read} and write {Write} of {Tokens} tokens (estimates; reuse {Reuse}).")]
    private static partial void LogPlanned(ILogger logger, ModelId model, int marks, bool declined, int read, int write, int tokens, ReuseHint reuse);

    [LoggerMessage(EventId = 2702, Level = LogLevel.Debug, Message = "Cache hit ({Provider}, {Tokens} tokens, {SavedUsd} USD saved; nothing when unknown).")]
    private static partial void LogHit(ILogger logger, ProviderId provider, long tokens, decimal? savedUsd);

    [LoggerMessage(EventId = 2703, Level = LogLevel.Warning, Message = "The cache hit rate of {Model} is {Rate:P0} over the last {Calls} calls that asked for caching, under {Threshold:P0}: prompts are not reused as expected, or change before their end. See the reuse hints.")]
    private static partial void LogLowRate(ILogger logger, ModelId model, double rate, int calls, double threshold);

    [LoggerMessage(EventId = 2704, Level = LogLevel.Debug, Message = "Prompt caching leaves this call as it is: {Reason}.")]
    private static partial void LogLeft(ILogger logger, string reason);

    [LoggerMessage(EventId = 2705, Level = LogLevel.Warning, Message = "Planning the prompt cache failed; the call is made as it is.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2706, Level = LogLevel.Warning, Message = "Nothing can be asked of the prompt cache through this client of {Provider}: set Mark. Its calls are measured.")]
    private static partial void LogCannotMark(ILogger logger, ProviderId provider);
}
