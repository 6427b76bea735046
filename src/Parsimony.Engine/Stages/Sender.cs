namespace Parsimony.Engine;

/// <summary>Makes every durable live call: escalations, fallbacks, retries, and requests planned live. The intent is stored first.</summary>
/// <param name="context">What it works with.</param>
/// <param name="share">Most calls it makes at the same time: its share of <see cref="EngineOptions.ParallelSends"/>.</param>
public sealed partial class Sender(StageContext context, int share) : IStage
{
    private readonly Bookkeeper _bookkeeper = new(context.Prices);

    // A key is given to the process by its operator.
    private static readonly TimeSpan KeyPause = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => "sender";

    /// <summary>Whose calls it makes.</summary>
    internal SendLane Lane { get; init; } = SendLane.All;

    /// <inheritdoc/>
    public async Task<int> RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await context.Switches.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var overdue = await ExpireAsync(now, cancellationToken).ConfigureAwait(false);
        var started = context.Clock.GetTimestamp();
        var lease = context.NewLease(now);
        var stale = await context.Store.Requests.ClaimStaleSendsAsync(lease, context.Options.SettleChunk, now - context.Options.ClockSkew, cancellationToken).ConfigureAwait(false);
        foreach (var request in stale)
        {
            await SettleStaleAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var claimed = await context.Store.Requests.ClaimForSendAsync(lease, share, now, IsSendable, cancellationToken).ConfigureAwait(false);
        if (claimed.Count == 1)
        {
            await SendAsync(claimed[0], started, cancellationToken).ConfigureAwait(false);
        }
        else if (claimed.Count > 1)
        {
            await Task.WhenAll(claimed.Select(request => SendAsync(request, started, cancellationToken))).ConfigureAwait(false);
        }

        return overdue + stale.Count + claimed.Count;
    }

    /// <summary>Leaves out what an operator holds back, and what is bound to a credential that is not configured here: another node may have it, or it comes back.</summary>
    private bool IsSendable(RequestProfile profile) =>
        Lane.Takes(context.Providers, profile)
        && !context.Switches.IsShut(profile.Model.Provider, profile.Credential)
        && context.Credentials.TryFind(profile.Model.Provider, profile.Credential, out _);

    private async Task SendAsync(StoredRequest request, long claimed, CancellationToken cancellationToken)
    {
        if (!context.Providers.TryFind(request.Profile.Model.Provider, request.Profile.Credential, out var provider))
        {
            await SettleRefusedAsync(request, Route.Live, new ProviderFailure(FailureStage.Send, FailureCause.Unsupported), cancellationToken).ConfigureAwait(false);
            return;
        }

        Envelope? envelope;
        try
        {
            envelope = await context.Store.Requests.ReadEnvelopeAsync(request.Sequence, cancellationToken).ConfigureAwait(false);
        }
        catch (PayloadProtectionException exception)
        {
            // Nothing was sent: it waits for its key.
            LogProtected(context.Logger, request.Id, exception.Message);
            await SettleAsync(
                request, new SettlementMove.ToQueued(Reasons.Protected, context.Now + KeyPause, CountsAsSend: false, CountsAsUncertain: false), entry: null, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (envelope is null)
        {
            await SettleRefusedAsync(request, Route.Live, new ProviderFailure(FailureStage.Render, FailureCause.NotFound), cancellationToken).ConfigureAwait(false);
            return;
        }

        using var advice = await AdviseAsync(request, envelope, provider, cancellationToken).ConfigureAwait(false);
        var held = context.ExplicitCaches is { } caches ? await caches.AskAsync(provider, envelope, request.Profile, advice, Patience(request), cancellationToken).ConfigureAwait(false) : null;
        context.Reached(EffectPoint.SendBefore);
        if (!HasTime())
        {
            // Paused since the claim: the lease may end during the call, and another worker take over. It is left to whoever finds it.
            return;
        }

        var started = context.Clock.GetTimestamp();
        var call = new LiveCall(envelope, CallKey(request), context.Options.LiveTimeout) { Cache = advice?.Control ?? CacheControl.None, Route = RouteOf(request, envelope, provider) };
        var outcome = await (held?.SendAsync(provider, call, HasTime, cancellationToken) ?? provider.SendAsync(call, cancellationToken)).ConfigureAwait(false);
        context.Reached(EffectPoint.SendAfter);
        NoteCache(advice, outcome);
        switch (outcome)
        {
            case LiveOutcome.Answered { Answer: var answer }:
                context.Signals.Heard(provider.Id, provider.CredentialName, failure: null);
                await SettleAsync(
                    request, new SettlementMove.ToAnswered(answer.Body, answer.FinishReason),
                    _bookkeeper.BookAnswer(request, request.Attempt, Kind(request), answer, context.Now), cancellationToken).ConfigureAwait(false);
                if (call.Route == Route.Live)
                {
                    // The slower tier's time says nothing of what a plain call takes.
                    await context.Store.Observations.RecordAsync(
                        new Observation(ObservationKind.LiveCall, provider.Id, request.Profile.Model.Name, 1, context.Clock.GetElapsedTime(started), context.Now), cancellationToken).ConfigureAwait(false);
                }

                break;
            case LiveOutcome.Refused { Failure: var failure }:
                await SettleRefusedAsync(request, call.Route, failure, cancellationToken).ConfigureAwait(false);
                break;
            case LiveOutcome.Uncertain { Failure: var failure }:
                await SettleUncertainAsync(request, failure.Code, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new InvalidOperationException("Unknown live outcome.");
        }

        context.Reached(EffectPoint.SendNoted);

        bool HasTime() => context.Clock.GetElapsedTime(claimed) + context.Options.LiveTimeout <= context.Options.LeaseTime;
    }

    /// <summary>What to ask of the prompt cache. Nothing about it fails the call.</summary>
    private async ValueTask<CacheAdvice?> AdviseAsync(StoredRequest request, Envelope envelope, IProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            return context.CacheTerms(request) is not { } terms || context.Caches is not { } caches ? null : await caches.AdviseAsync(new CacheQuestion
            {
                Envelope = envelope,
                Credential = provider.CredentialName,
                Workload = PrefixDriftMonitor.WorkloadOf(request.Profile),
                Terms = terms,
                Hint = request.Reason == Reasons.WarmUp ? ReuseHint.Shared : null,
                IsCallersOwn = CallersMarks.AreIn(envelope),
                // Of those that go out together, one goes first. What was to be answered at some time has all the patience there is.
                Patience = Patience(request),
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnplanned(context.Logger, exception, request.Id);
            return null;
        }
    }

    private TimeSpan Patience(StoredRequest request) =>
        request.Deadline is null ? MostPatience : context.Caches?.PatienceOf(request.Deadline, MostPatience) ?? TimeSpan.Zero;

    private void NoteCache(CacheAdvice? advice, LiveOutcome outcome)
    {
        if (advice is not null && outcome is LiveOutcome.Answered { Answer.Usage: { } usage })
        {
            context.Caches?.Settle(advice, usage);
            if (advice.Asks && context.HitRates.GetOrAdd(advice.Model, _ => new HitRateWatch(context.Options.CacheWarningThreshold)).Note(usage.CacheRead > 0) is var (rate, calls))
            {
                LogLowRate(context.Logger, advice.Model, rate, calls, context.Options.CacheWarningThreshold);
            }
        }
        else if (advice is not null && outcome is LiveOutcome.Refused)
        {
            advice.Refused();
        }
    }

    /// <summary>The tier it goes into: the slower one where it was planned so, and a plain call could still follow in time. What comes back to the queue is a plain one.</summary>
    private Route RouteOf(StoredRequest request, Envelope envelope, IProvider provider) =>
        request.Route == Route.Flex && provider.TakesFlexible(envelope)
        && (request.Deadline is not { } deadline || deadline - context.Now >= context.Options.LiveTimeout + context.Options.Completion.LiveCall)
            ? Route.Flex : Route.Live;

    private Task SettleRefusedAsync(StoredRequest request, Route route, ProviderFailure failure, CancellationToken cancellationToken)
    {
        LogRefused(context.Logger, request.Id, failure.Code);
        context.Signals.Heard(request.Profile.Model.Provider, request.Profile.Credential, failure);
        return SettleAsync(request, SendDecision.AfterRefusal(request, route, failure, context), entry: null, cancellationToken);
    }

    /// <summary>A call whose process ended, or was paused, during it; its request may have its answer from elsewhere by now.</summary>
    private Task SettleStaleAsync(StoredRequest request, CancellationToken cancellationToken)
    {
        const string why = "the process ended during the call";
        return RequestMoves.IsFinal(request.State)
            ? SettleAsync(request, move: null, Bookkeeper.BookUnknown(request, request.Attempt, Kind(request), context.Now, why), cancellationToken)
            : SettleUncertainAsync(request, why, cancellationToken);
    }

    private async Task SettleUncertainAsync(StoredRequest request, string why, CancellationToken cancellationToken)
    {
        var again = await context.Hedges.AllowsAgainAsync(request, cancellationToken).ConfigureAwait(false);
        LogUncertain(context.Logger, request.Id, again);
        await SettleAsync(
            request, SendDecision.AfterUncertainty(request, again),
            Bookkeeper.BookUnknown(request, request.Attempt, Kind(request), context.Now, why), cancellationToken).ConfigureAwait(false);
    }

    private async Task SettleAsync(StoredRequest request, SettlementMove? move, LedgerEntry? entry, CancellationToken cancellationToken)
    {
        var settlement = new Settlement { Sequence = request.Sequence, Attempt = request.Attempt, Move = move, Entry = entry };
        var result = await context.Store.Settlements.SettleAsync([settlement], batch: null, context.Now, cancellationToken).ConfigureAwait(false);
        context.Signals.RaiseEnded(result);
    }

    private async Task<int> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var overdue = await context.Store.Settlements.ReadOverdueAsync(now, context.Options.SettleChunk, cancellationToken).ConfigureAwait(false);
        if (overdue.Count > 0)
        {
            var result = await context.Store.Settlements.SettleAsync(
                [.. overdue.Select(request => new Settlement { Sequence = request.Sequence, Attempt = request.Attempt, Move = Expired(request) })], batch: null, now, cancellationToken).ConfigureAwait(false);
            context.Signals.RaiseEnded(result);
        }

        return overdue.Count;
    }

    /// <summary>A deadline missed because of an operator's switch says so.</summary>
    private SettlementMove.ToEnded Expired(StoredRequest request) => context.Switches.Find(request.Profile.Model.Provider, request.Profile.Credential) is { } held
        ? new SettlementMove.ToEnded(RequestState.Expired, $"provider.{held.Word}", $"{Reasons.DeadlinePassed} while {held}")
        : !context.Providers.TryFind(request.Profile.Model.Provider, request.Profile.Credential, out _)
        ? new SettlementMove.ToEnded(
            RequestState.Expired, "provider.unconfigured",
            $"{Reasons.DeadlinePassed} while the credential {request.Profile.Credential} of {request.Profile.Model.Provider} was not configured")
        : new SettlementMove.ToEnded(RequestState.Expired, "send.deadline_passed", Reasons.DeadlinePassed);

    private static string CallKey(StoredRequest request) => $"{request.Id}-{request.Attempt:x}";

    private static LedgerKind Kind(StoredRequest request) =>
        request.Reason == Reasons.Hedge ? LedgerKind.Hedge
        : request.Uncertain > 0 ? LedgerKind.PossibleDuplicate
        : LedgerKind.Live;
}
