using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>One call from its beginning to its entry in the ledger: what it saw decides whether, and as what, it is booked.</summary>
internal sealed class MeteredAttempt(RequestId id, ModelId asked, bool hasModel, TimeProvider clock) : IDisposable
{
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly ObservedCall _observed = new(asked, EndpointKind.Chat, clock);
    private UsageDetails? _usage;
    private string? _model;
    private string? _reference;
    private string? _finishReason;
    private decimal? _reportedUsd;
    private string? _engineRequest;
    private bool _isPending;
    private bool _isComplete;
    private Exception? _failure;

    /// <summary>The id it is booked under, and reserved before that.</summary>
    public RequestId Id { get; } = id;

    /// <summary>Whether it holds a reservation.</summary>
    public bool IsReserved { get; set; }

    public DateTimeOffset StartedAt => _startedAt;

    public void See(ChatResponse response)
    {
        _engineRequest = AnswerMark.Of(response.AdditionalProperties);
        _isPending = response.ContinuationToken is not null;
        (_usage, _model, _reference, _finishReason) = (response.Usage, response.ModelId, response.ResponseId, response.FinishReason?.Value);
        _reportedUsd = ReportedCharge.Of(response);
        _isComplete = true;
    }

    public void See(ChatResponseUpdate update)
    {
        _engineRequest ??= AnswerMark.Of(update.AdditionalProperties);
        _isPending = update.ContinuationToken is not null;
        _model = update.ModelId ?? _model;
        _reference = update.ResponseId ?? _reference;
        _finishReason = update.FinishReason?.Value ?? _finishReason;
        _reportedUsd = ReportedCharge.Of(update.AdditionalProperties) ?? _reportedUsd;
        foreach (var content in update.Contents)
        {
            if (content is UsageContent { Details: var details })
            {
                (_usage ??= new UsageDetails()).Add(details);
            }
        }
    }

    public void Complete() => _isComplete = true;

    public void Fail(Exception exception)
    {
        _failure = exception;
        _engineRequest ??= AnswerMark.Of(exception);
        _observed.Failed(exception.GetType().FullName ?? "exception");
    }

    /// <summary>Ends the call.</summary>
    /// <param name="options">Where it is booked.</param>
    /// <param name="prices">What it cost.</param>
    /// <param name="bound">Tells the most it can have cost; asked only where the cost is unknown.</param>
    /// <returns>What to book; null when nothing was bought here.</returns>
    public MeteredCall? End(MeteringOptions options, PriceList prices, Func<decimal?> bound)
    {
        if (_engineRequest is { } request)
        {
            _observed.TakenByEngine(request);
            return null;
        }

        var usage = UsageReader.Read(_usage);
        if (_failure is null && _isComplete)
        {
            _observed.Answered(_model, usage);
        }
        else if (_failure is null)
        {
            _observed.Failed("abandoned");
        }

        // A response that its provider goes on working on is booked when it is read to its end.
        var isOpen = _isPending && usage is null && _failure is null;
        var isRefused = _failure is not null && usage is null && !options.MayBeBilled(_failure);
        return isOpen || isRefused ? null : Book(options, prices, usage, bound);
    }

    /// <summary>Ends its span and its time.</summary>
    public void Dispose() => _observed.Dispose();

    private MeteredCall Book(MeteringOptions options, PriceList prices, TokenUsage? usage, Func<decimal?> bound)
    {
        var now = clock.GetUtcNow();
        var state = _failure is not null ? RequestState.Failed : _isComplete ? RequestState.Answered : RequestState.Cancelled;
        var model = hasModel || _model is null ? asked : asked with { Name = _model };
        var request = new StoredRequest
        {
            Sequence = 0,
            Id = Id,
            Scope = options.Scope,
            Profile = options.Dimensions.ProfileOf(model),
            State = state,
            Route = Route.Live,
            Reason = "live: made by the application, metered",
            Attempt = 1,
            Sends = 1,
            Uncertain = state == RequestState.Answered ? 0 : 1,
            AcceptedAt = _startedAt,
            FinishedAt = now,
            FailureCode = state switch
            {
                RequestState.Failed => "send.uncertain",
                RequestState.Cancelled => "send.abandoned",
                _ => null,
            },
            FinishReason = _finishReason,
        };
        var entry = usage is null && state != RequestState.Answered
            ? Bookkeeper.BookUnknown(request, 1, LedgerKind.Live, now, "the call ended without saying what was used", _reference)
            : new Bookkeeper(prices).BookAnswer(
                request, 1, LedgerKind.Live, new Answer { Body = default, Usage = usage, Model = _model, ProviderReference = _reference, ReportedUsd = _reportedUsd }, now);
        return new MeteredCall(request, entry.CostUsd is null ? entry with { UpperBoundUsd = bound() } : entry) { IsReserved = IsReserved };
    }
}
