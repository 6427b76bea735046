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
    private readonly PromptCachingOptions _options;
    private readonly ProviderId _provider;
    private readonly string _credential;
    private readonly bool _isOwn;
    private readonly string? _model;
    private readonly ILogger _logger;
    private readonly HitRateWatch _watch;

    internal PromptCachingChatClient(
        IChatClient inner, PromptCacheAdvisor caches, PromptCachingOptions options, ProviderId provider, IProvider? owner, ILogger logger)
        : base(inner)
    {
        (_caches, _options, _provider, _logger) = (caches, options, provider, logger);
        _isOwn = owner is not null;
        _credential = options.Credential ?? owner?.CredentialName ?? "default";
        _model = options.Model ?? inner.GetService<ChatClientMetadata>()?.DefaultModelId;
        _watch = new HitRateWatch(options.WarningThreshold);
        if (!_isOwn && options.Mark is null)
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
        try
        {
            var response = await InnerClient.GetResponseAsync(call.Messages, call.Options, cancellationToken).ConfigureAwait(false);
            Settle(call, response.Usage);
            return response;
        }
        catch (Exception exception)
        {
            Fail(call, exception);
            throw;
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var call = await PlanAsync(messages as IReadOnlyCollection<ChatMessage> ?? [.. messages], options, cancellationToken).ConfigureAwait(false);
        UsageDetails? usage = null;
        var updates = InnerClient.GetStreamingResponseAsync(call.Messages, call.Options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (await MoveAsync(updates, call).ConfigureAwait(false))
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
            return await AdviseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }
        catch (NotStorableException exception)
        {
            LogLeft(_logger, exception.Reason);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(_logger, exception);
        }

        return new PlannedCall(messages, options, Advice: null);
    }

    private async ValueTask<PlannedCall> AdviseAsync(IReadOnlyCollection<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var plain = new PlannedCall(messages, options, Advice: null);
        if ((options?.ModelId ?? _model) is not { } name)
        {
            LogLeft(_logger, "no model is named");
            return plain;
        }

        // What is only fetched is no call, and of a conversation the provider keeps the prompt is not known.
        if (options?.ContinuationToken is not null || (!_isOwn && options?.ConversationId is not null))
        {
            return plain;
        }

        var hasFactory = options?.RawRepresentationFactory is not null;
        var request = ChatRequestConversions.FromMessages(messages, hasFactory ? WithoutFactory(options) : options);
        var envelope = request.ToEnvelope(new ModelId(_provider, name));
        if (Terms(request, envelope) is not { } terms)
        {
            return plain;
        }

        var isCallersOwn = hasFactory || options?.GetCacheControl() is not null || IsMarked(messages, options) || CallersMarks.AreIn(envelope);
        var advice = await _caches.AdviseAsync(new CacheQuestion
        {
            Envelope = envelope,
            Credential = _credential,
            Workload = new PrefixWorkload(envelope.Model, _options.Workload ?? ""),
            Terms = terms,
            Hint = options?.GetReuse(),
            IsToolLoop = IsToolLoop(request, options),
            IsCallersOwn = isCallersOwn || (!_isOwn && _options.Mark is null),
            Patience = _caches.PatienceOf(options?.GetDeadline(), _options.Patience),
        }, cancellationToken).ConfigureAwait(false);
        if (advice is null)
        {
            LogLeft(_logger, "the model's cache rules or prices are not known, or caching is switched off");
            return plain;
        }

        var control = advice.Control;
        LogPlanned(_logger, advice.Model, control.Marks.Count, control.IsDeclined, advice.ExpectedRead, advice.ExpectedWrite, advice.PromptTokens, advice.Reuse);
        if (control.IsNone)
        {
            return plain with { Advice = advice };
        }

        if (_isOwn)
        {
            return new PlannedCall(messages, (options?.Clone() ?? new ChatOptions()).WithCacheControl(control), advice);
        }

        if (_options.Mark is not { } mark || control.Marks.Count == 0)
        {
            return plain with { Advice = advice };
        }

        var (marked, changed) = MarkedCopies.Of(messages, options, control.Marks, request.Tools.Count, mark);
        return new PlannedCall(marked, changed, advice);
    }

    private CacheTerms? Terms(ChatRequest request, Envelope envelope)
    {
        if (_options.Configuration is not { } configuration)
        {
            return _options.Terms;
        }

        var settings = _options.Workload is { } workload && configuration.Workloads.TryGetValue(workload, out var own)
            ? configuration.For(workload, own.RolloutPercentage < 100 ? Conversation(request, envelope.Model) : "")
            : configuration;
        return CacheTerms.Of(settings, isOptIn: true);
    }

    /// <summary>The same for all calls of a conversation: what it begins with, up to the first thing its user said.</summary>
    private static string Conversation(ChatRequest request, ModelId model)
    {
        var first = request.Turns.TakeWhile(turn => turn.Role != ChatTurnRole.User).Count() + 1;
        return Fingerprinter.Of(new ChatRequest { Turns = [.. request.Turns.Take(first)] }.ToEnvelope(model)).ToString();
    }

    // Functions that can be invoked are there for somebody outside to invoke, and to come back with the result.
    private static bool IsToolLoop(ChatRequest request, ChatOptions? options) =>
        request.Turns is [.., { Role: ChatTurnRole.Tool }]
        || (request.ToolMode != "none" && options?.Tools?.Any(tool => tool is AIFunction) == true);

    private static bool IsMarked(IReadOnlyCollection<ChatMessage> messages, ChatOptions? options) =>
        messages.Any(message => Has(message.AdditionalProperties) || message.Contents.Any(content => Has(content.AdditionalProperties)))
        || options?.Tools?.Any(tool => tool.AdditionalProperties.Keys.Any(IsMark)) == true;

    private static bool Has(AdditionalPropertiesDictionary? properties) => properties is { Count: > 0 } && properties.Keys.Any(IsMark);

    // anthropic:cache_control on contents, CacheControl on tools, CachePoint of Bedrock's clients.
    private static bool IsMark(string name) =>
        name.Contains("cache_control", StringComparison.OrdinalIgnoreCase) || name.Contains("CacheControl", StringComparison.OrdinalIgnoreCase)
        || name.Contains("CachePoint", StringComparison.OrdinalIgnoreCase);

    private static ChatOptions? WithoutFactory(ChatOptions? options)
    {
        var plain = options?.Clone();
        if (plain is not null)
        {
            plain.RawRepresentationFactory = null;
        }

        return plain;
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
