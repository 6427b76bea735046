using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>
/// Asks the provider's prompt cache, call by call, for what pays: marks what will be used again, keeps providers from charging for writes nobody reads, and learns from what
/// is measured. Never changes what is answered, nor the caller's messages and options; when planning fails, the call is made as it is. Thread safe.
/// </summary>
/// <remarks>
/// Belongs directly around the provider's client, inside <c>UseBudgets</c>, <c>UseMetering</c> and <c>UseBatching</c>, and inside function invocation, whose rounds are calls of their
/// own. Around <c>UseBatching</c> it is refused. A call whose options or contents ask the cache themselves keeps exactly what they ask.
/// </remarks>
public sealed partial class PromptCachingChatClient : DelegatingChatClient
{
    private readonly PromptCacheAdvisor _caches;
    private readonly CallPlanner _planner;
    private readonly PromptCachingOptions _options;
    private readonly ProviderId _provider;
    private readonly ILogger _logger;
    private readonly HitRateWatch _watch;

    internal PromptCachingChatClient(
        IChatClient inner, PromptCacheAdvisor caches, ExplicitCaching? explicitCaches, PromptCachingOptions options, ProviderId provider, IProvider? owner, ILogger logger)
        : base(inner)
    {
        (_caches, _options, _provider, _logger) = (caches, options, provider, logger);
        _planner = new CallPlanner(caches, explicitCaches, options, provider, owner, options.Model ?? inner.GetService<ChatClientMetadata>()?.DefaultModelId);
        _watch = new HitRateWatch(options.WarningThreshold);
        if (owner is null && options.Mark is null)
        {
            LogCannotMark(logger, provider);
        }
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var call = await PlanAsync(messages as IReadOnlyCollection<ChatMessage> ?? [.. messages], options, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            try
            {
                var response = await InnerClient.GetResponseAsync(call.Messages, call.SentOptions, cancellationToken).ConfigureAwait(false);
                Settle(call, response.Usage);
                return response;
            }
            catch (Exception exception)
            {
                if (!call.Loses(exception))
                {
                    Fail(call, exception);
                    throw;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var call = await PlanAsync(messages as IReadOnlyCollection<ChatMessage> ?? [.. messages], options, cancellationToken).ConfigureAwait(false);
        UsageDetails? usage = null;
        var (updates, isMore) = await BeginAsync(call, cancellationToken).ConfigureAwait(false);
        try
        {
            for (; isMore; isMore = await MoveAsync(updates, call).ConfigureAwait(false))
            {
                call.Advice?.Began();
                foreach (var content in updates.Current.Contents)
                {
                    if (content is UsageContent { Details: var details })
                    {
                        (usage ??= new UsageDetails()).Add(details);
                    }
                }

                yield return updates.Current;
            }

            Settle(call, usage);
        }
        finally
        {
            call.Advice?.Dispose();
            await updates.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The stream at its first update.</summary>
    private async ValueTask<(IAsyncEnumerator<ChatResponseUpdate> Updates, bool IsMore)> BeginAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        while (true)
        {
            var updates = InnerClient.GetStreamingResponseAsync(call.Messages, call.SentOptions, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                return (updates, await updates.MoveNextAsync().ConfigureAwait(false));
            }
            catch (Exception exception)
            {
                await updates.DisposeAsync().ConfigureAwait(false);
                if (!call.Loses(exception))
                {
                    Fail(call, exception);
                    throw;
                }
            }
        }
    }

    private static async ValueTask<bool> MoveAsync(IAsyncEnumerator<ChatResponseUpdate> updates, PlannedCall call)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(call, exception);
            throw;
        }
    }

    private async ValueTask<PlannedCall> PlanAsync(IReadOnlyCollection<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            var call = await _planner.PlanAsync(messages, options, cancellationToken).ConfigureAwait(false);
            if (call.LeftBecause is { } reason)
            {
                LogLeft(_logger, reason);
            }
            else if (call.Advice is { } advice)
            {
                LogPlanned(_logger, advice.Model, advice.Control.Marks.Count, advice.Control.IsDeclined, advice.ExpectedRead, advice.ExpectedWrite, advice.PromptTokens, advice.Reuse);
            }

            return call;
        }
        catch (NotStorableException exception)
        {
            LogLeft(_logger, exception.Reason);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(_logger, exception);
        }

        return new PlannedCall(messages, options);
    }

    private void Settle(PlannedCall call, UsageDetails? details)
    {
        call.Advice?.Began();
        if (call.Advice is not { } advice || UsageReader.Read(details) is not { } usage)
        {
            return;
        }

        try
        {
            call.Held?.Answered(usage);
            var reading = _caches.Settle(advice, usage);
            if (reading.Read > 0)
            {
                LogHit(_logger, _provider, reading.Read, reading.SavedUsd);
            }

            if (call.Asks && _watch.Note(reading.Read > 0) is var (rate, calls))
            {
                LogLowRate(_logger, advice.Model, rate, calls, _options.WarningThreshold);
            }
        }
        catch (Exception exception)
        {
            LogFailed(_logger, exception);
        }
    }

    private static void Fail(PlannedCall call, Exception exception)
    {
        if (!Certainty.MayBeBilled(exception))
        {
            call.Advice?.Refused();
        }

        call.Advice?.Dispose();
    }
}
