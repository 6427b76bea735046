using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>
/// Books the plain calls of a client in the ledger, streamed or not, and measures them by OpenTelemetry's conventions. Calls that batching inside it
/// answers are the engine's, which books them itself. Thread safe.
/// </summary>
/// <remarks>
/// Belongs outside batching and inside anything that retries or answers from a cache: what passes it is taken for bought. Entries are written
/// together every <see cref="MeteringOptions.CommitInterval"/> (50 ms): a process that is killed loses the entries gathered since, and a power failure up to what the
/// system had not written. Disposing writes what is left.
/// </remarks>
public sealed partial class MeteringChatClient : DelegatingChatClient, IAsyncDisposable
{
    private readonly EngineClient _engine;
    private readonly MeteringOptions _options;
    private readonly ILogger _logger;
    private readonly LiveBook _book;
    private readonly ProviderId _provider;
    private readonly string? _model;

    internal MeteringChatClient(IChatClient inner, EngineClient engine, MeteringOptions options, ProviderId provider, ILogger logger, bool isReserving = false)
        : base(inner)
    {
        _engine = engine;
        _options = options;
        _logger = logger;
        _provider = provider;
        IsReserving = isReserving;
        _model = options.Model ?? inner.GetService<ChatClientMetadata>()?.DefaultModelId;
        _book = new LiveBook(engine, options.CommitInterval, logger);
    }

    /// <summary>Whether calls are reserved in their budgets before they are made.</summary>
    internal bool IsReserving { get; }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var list = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        using var attempt = Begin(options);
        await ReserveAsync(attempt, list, options, cancellationToken).ConfigureAwait(false);
        try
        {
            var response = await InnerClient.GetResponseAsync(list, options, cancellationToken).ConfigureAwait(false);
            attempt.See(response);
            return response;
        }
        catch (Exception exception)
        {
            attempt.Fail(exception);
            throw;
        }
        finally
        {
            await EndAsync(attempt, list, options).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var list = messages as IReadOnlyCollection<ChatMessage> ?? [.. messages];
        using var attempt = Begin(options);
        await ReserveAsync(attempt, list, options, cancellationToken).ConfigureAwait(false);
        var updates = InnerClient.GetStreamingResponseAsync(list, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (await MoveAsync(updates, attempt).ConfigureAwait(false))
            {
                yield return updates.Current;
            }

            attempt.Complete();
        }
        finally
        {
            // Here, too, when the caller leaves before the end.
            await EndAsync(attempt, list, options).ConfigureAwait(false);
            await updates.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Writes the entries gathered so far.</summary>
    /// <exception cref="Exception">What the store threw; the entries are kept and written later.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _book.FlushAsync(cancellationToken);

    /// <summary>Writes the entries gathered so far, then disposes the client.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        base.Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // A client in a using block would otherwise lose its last entries.
            CloseAsync().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private static async ValueTask<bool> MoveAsync(IAsyncEnumerator<ChatResponseUpdate> updates, MeteredAttempt attempt)
    {
        try
        {
            if (!await updates.MoveNextAsync().ConfigureAwait(false))
            {
                return false;
            }

            attempt.See(updates.Current);
            return true;
        }
        catch (Exception exception)
        {
            attempt.Fail(exception);
            throw;
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            await _book.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotClosed(_logger, exception);
        }
    }

    private MeteredAttempt Begin(ChatOptions? options)
    {
        var name = options?.ModelId ?? _model;
        return new MeteredAttempt(_engine.NewId(), new ModelId(_provider, name ?? "unknown"), name is not null, _engine.Clock);
    }

    private async ValueTask ReserveAsync(
        MeteredAttempt attempt, IReadOnlyCollection<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        if (!IsReserving)
        {
            return;
        }

        var reservation = new BudgetReservation
        {
            Id = attempt.Id,
            Scope = _options.Scope,
            Profile = _options.Dimensions.ProfileOf(new ModelId(_provider, options?.ModelId ?? _model ?? "unknown")),
            BoundUsd = Bound(messages, options),
            AcceptedAt = attempt.StartedAt,
            KeptFor = _options.ReservationTime,
        };
        var result = await _engine.Store.Budgets.ReserveAsync(reservation, attempt.StartedAt, cancellationToken).ConfigureAwait(false);
        attempt.IsReserved = result.IsHeld;
        if (result.Refusal is { } refusal)
        {
            ParsimonyTelemetry.Count(refusal);
            throw new BudgetExceededException(refusal);
        }
    }

    private async ValueTask ReleaseAsync(MeteredAttempt attempt)
    {
        try
        {
            // The caller's cancellation no longer matters: nothing was bought.
            await _engine.Store.Budgets.ReleaseAsync(attempt.Id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotReleased(_logger, exception, attempt.Id);
        }
    }

    private async ValueTask EndAsync(MeteredAttempt attempt, IReadOnlyCollection<ChatMessage> messages, ChatOptions? options)
    {
        if (attempt.End(_options, _engine.Prices, () => Bound(messages, options)) is { } call)
        {
            _book.Add(call);
            LogMetered(_logger, call.Request.Profile.Model, call.Entry.CostUsd);
        }
        else if (attempt.IsReserved)
        {
            await ReleaseAsync(attempt).ConfigureAwait(false);
        }
    }

    /// <summary>The most a call can have cost; null when that is unknown, too.</summary>
    private decimal? Bound(IReadOnlyCollection<ChatMessage> messages, ChatOptions? options)
    {
        if ((options?.ModelId ?? _model) is not { } name || !_engine.Providers.TryFind(_provider, out _))
        {
            return null;
        }

        try
        {
            var envelope = ChatRequestConversions.FromMessages(messages, options).ToEnvelope(new ModelId(_provider, name));
            return _engine.Plan(new IntakeRequest { Envelope = envelope, Scope = _options.Scope }).BoundUsd;
        }
        catch (NotStorableException)
        {
            return null;
        }
    }
}
