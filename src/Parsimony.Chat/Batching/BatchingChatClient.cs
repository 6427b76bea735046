using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>
/// Sends calls whose deadline allows it through the provider's batch API, durably: an ordinary <c>await</c> completes when the answer arrives,
/// whichever process collected it. Calls that cannot wait go to the inner client unchanged. Thread safe.
/// </summary>
/// <remarks>
/// Belongs near the provider's client: decorators that change messages or options (function invocation, prompts) go outside it, since what
/// reaches it is what is bought. Function invocation outside it works: each round is a call of its own. Logging and metering go outside, to see the
/// answer; a retrying decorator inside would buy twice. With <see cref="ChatOptions.AllowBackgroundResponses"/> the call returns at once with a
/// <see cref="ChatResponse.ContinuationToken"/>, good in any process on the same store.
/// </remarks>
public sealed partial class BatchingChatClient : DelegatingChatClient
{
    private readonly EngineClient _engine;
    private readonly BatchingOptions _options;
    private readonly ILogger _logger;

    internal BatchingChatClient(IChatClient inner, EngineClient engine, BatchingOptions options, ILogger logger)
        : base(inner)
    {
        _engine = engine;
        _options = options;
        _logger = logger;
    }

    internal EngineClient Engine => _engine;

    internal BatchingOptions Options => _options;

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var list = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        return Take(list, options) is { } call
            ? call(cancellationToken)
            : Now(options).GetResponseAsync(list, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var list = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        return Take(list, options) is { } call
            ? WholeAsync(call, cancellationToken)
            : Now(options).GetStreamingResponseAsync(list, options, cancellationToken);
    }

    /// <summary>A call as the engine takes it; null when the inner client should make it now. The reason is logged.</summary>
    internal IntakeRequest? Read(IEnumerable<ChatMessage> messages, ChatOptions? options, bool isBulk, string? scope = null, int ordinal = 0)
    {
        if (Model(options) is not { } model)
        {
            LogNow(_logger, "live: no configured provider serves this client's model");
            return null;
        }

        Envelope envelope;
        try
        {
            envelope = ChatRequestConversions.FromMessages(messages, options).ToEnvelope(model);
        }
        catch (NotStorableException exception)
        {
            LogNow(_logger, $"live: not storable ({exception.Reason})");
            return null;
        }

        var request = new IntakeRequest
        {
            Envelope = envelope,
            Scope = scope ?? _engine.NewScope(),
            Ordinal = ordinal,
            Deadline = options?.GetDeadline() ?? Default(isBulk),
            IsBulk = isBulk,
            Constraints = Constraints(options),
            Priority = options?.GetPriority() ?? _options.Priority,
            Dimensions = _options.AllDimensions,
        };
        var plan = _engine.Plan(request);
        if (plan.Route == Route.Live)
        {
            LogNow(_logger, plan.Reason);
            return null;
        }

        LogBatched(_logger, model, plan.Reason);
        return request;
    }

    /// <summary>The stored answer as a response, marked with its request's id.</summary>
    internal ChatResponse ReadResponse(EngineReply reply)
    {
        var request = reply.Request;
        try
        {
            var body = reply.RequireBody();
            return _engine.Providers.TryFind(request.Profile.Model.Provider, request.Profile.Credential, out var provider)
                ? AnswerMark.On(provider.ReadChat(body), request.Id)
                : throw new InvalidOperationException($"{request.Profile.Model.Provider} is not configured here, so its answer cannot be read. Add it with AddProvider.");
        }
        catch (Exception exception) when (AnswerMark.On(exception, request.Id))
        {
            throw;
        }
    }

    /// <summary>How the engine does this call; null when the inner client should make it now.</summary>
    private Func<CancellationToken, Task<ChatResponse>>? Take(IReadOnlyCollection<ChatMessage> messages, ChatOptions? options)
    {
        var isBackground = options?.AllowBackgroundResponses == true;
        if (options?.ContinuationToken is { } token)
        {
            // A token of a type of its own is the inner client's, for a response it keeps at its provider.
            return token.GetType() == typeof(ResponseContinuationToken)
                ? cancellationToken => ResumeAsync(token, isBackground, cancellationToken)
                : null;
        }

        return Read(messages, options, isBulk: false) is { } request
            ? cancellationToken => BuyAsync(request, isBackground, () => Now(options).GetResponseAsync(messages, options, cancellationToken), cancellationToken)
            : null;
    }

    /// <summary>What makes a plain call: the inner client, or, for a call constrained to a region, the connection that is configured for it, since nobody knows where the inner one leads.</summary>
    /// <exception cref="RequestRefusedException">No connection is configured for the region.</exception>
    private IChatClient Now(ChatOptions? options)
    {
        if (Constraints(options).Region is not { } region)
        {
            return InnerClient;
        }

        return Model(options) is { } model
            ? _engine.Providers.FindIn(region, model.Provider).CreateChatClient(model.Name)
            : throw new RequestRefusedException("region", $"The constraint region={region}: no configured provider serves this client's model, so nobody knows where its data would go.");
    }

    private DataConstraints Constraints(ChatOptions? options) => options is null ? _options.Constraints : _options.Constraints.And(options.GetConstraints());

    private DateTimeOffset? Default(bool isBulk) =>
        (isBulk ? _options.ListDeadline : _options.DefaultDeadline) is { } span ? _engine.Clock.GetUtcNow() + span : null;

    private ModelId? Model(ChatOptions? options)
    {
        var metadata = InnerClient.GetService<ChatClientMetadata>();
        var provider = _options.Provider ?? (SemanticProviderNames.TryRead(metadata?.ProviderName, out var named) ? named : null);
        var name = options?.ModelId ?? _options.Model ?? metadata?.DefaultModelId;
        return provider is { } id && name is not null && _engine.Providers.TryFind(id, out _) ? new ModelId(id, name) : null;
    }

    private async Task<ChatResponse> BuyAsync(IntakeRequest request, bool isBackground, Func<Task<ChatResponse>> now, CancellationToken cancellationToken)
    {
        IReadOnlyList<EnqueuedRequest> accepted;
        try
        {
            accepted = await _engine.EnqueueAsync([request], cancellationToken).ConfigureAwait(false);
        }
        catch (RequestRefusedException exception) when (exception.Code == "switched_off")
        {
            // Switched off since it was planned, and known not to have been accepted.
            LogNow(_logger, $"live: {exception.Message}");
            return await now().ConfigureAwait(false);
        }

        return isBackground
            ? await PendingAsync(accepted[0].Id, cancellationToken).ConfigureAwait(false)
            : await AwaitAsync(accepted[0].Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ChatResponse> ResumeAsync(ResponseContinuationToken token, bool isBackground, CancellationToken cancellationToken)
    {
        var id = await BackgroundToken.ReadAsync(_engine.Store, token, cancellationToken).ConfigureAwait(false);
        if (!isBackground)
        {
            return await AwaitAsync(id, cancellationToken).ConfigureAwait(false);
        }

        var reply = await _engine.ReadAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new KeyNotFoundException($"There is no request {id}: its row was removed by retention.");
        return RequestMoves.IsFinal(reply.Request.State)
            ? ReadResponse(reply)
            : await PendingAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ChatResponse> AwaitAsync(RequestId id, CancellationToken cancellationToken)
    {
        EngineReply reply;
        try
        {
            reply = await _engine.WaitAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (AnswerMark.On(exception, id))
        {
            throw;
        }

        return ReadResponse(reply);
    }

    private async Task<ChatResponse> PendingAsync(RequestId id, CancellationToken cancellationToken) => AnswerMark.On(
        new ChatResponse
        {
            ResponseId = id.ToString(),
            ContinuationToken = await BackgroundToken.WriteAsync(_engine.Store, id, cancellationToken).ConfigureAwait(false),
        },
        id);

    private static async IAsyncEnumerable<ChatResponseUpdate> WholeAsync(
        Func<CancellationToken, Task<ChatResponse>> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var whole = await call(cancellationToken).ConfigureAwait(false);
        var mark = AnswerMark.Of(whole.AdditionalProperties);
        if (whole.ContinuationToken is { } token)
        {
            yield return new ChatResponseUpdate
            {
                ResponseId = whole.ResponseId,
                ContinuationToken = token,
                AdditionalProperties = new() { [AnswerMark.Key] = mark },
            };
            yield break;
        }

        foreach (var update in whole.ToChatResponseUpdates())
        {
            (update.AdditionalProperties ??= [])[AnswerMark.Key] = mark;
            yield return update;
        }
    }
}
