namespace Parsimony.Engine;

/// <summary>The callers' side of the engine: plan, enqueue, wait, read. Works in every process on the store, whoever runs the stages.</summary>
public sealed class EngineClient
{
    private readonly StageContext _context;
    private readonly RequestIntake _intake;
    private readonly ReplyWaiter _waiter;
    private readonly IdSource _ids;

    internal EngineClient(StageContext context, RequestIntake intake, ReplyWaiter waiter, IdSource ids)
    {
        _context = context;
        _intake = intake;
        _waiter = waiter;
        _ids = ids;
        Caches = context.Caches ?? new PromptCacheAdvisor(context.Prices, context.Clock);
    }

    /// <summary>The clock deadlines are in.</summary>
    public TimeProvider Clock => _context.Clock;

    /// <summary>The store.</summary>
    public IEngineStore Store => _context.Store;

    /// <summary>The configured providers.</summary>
    public IProviderRegistry Providers => _context.Providers;

    /// <summary>The prices.</summary>
    public PriceList Prices => _context.Prices;

    /// <summary>Plans what live calls ask of the prompt cache: one for the whole process, so that what one client writes another reads.</summary>
    public PromptCacheAdvisor Caches { get; }

    /// <summary>Has live calls made over explicit caches; one for the whole process, too.</summary>
    internal ExplicitCaching? ExplicitCaches => _context.ExplicitCaches;

    /// <summary>Under which hit rate, 0-1, clients of this engine warn unless they say otherwise.</summary>
    public double CacheWarningThreshold => _context.Options.CacheWarningThreshold;

    /// <summary>How often waiting callers look for answers another process may have collected.</summary>
    public TimeSpan WaitPollInterval => _context.Options.WaitPollInterval;

    /// <summary>Looks whether operators hold something back, if the last look is a second old; plans made after it know. Accepting looks by itself.</summary>
    public ValueTask RefreshAsync(CancellationToken cancellationToken = default) => _context.Switches.RefreshAsync(cancellationToken);

    /// <summary>A scope for a call that nobody will repeat.</summary>
    public string NewScope() => $"call-{_ids.Next():n}";

    /// <summary>A new request id.</summary>
    public RequestId NewId() => new(_ids.Next());

    /// <summary>What would be done with a request; stores and calls nothing.</summary>
    public NewRequest Plan(IntakeRequest request) => _intake.Prepare(request, Clock.GetUtcNow());

    /// <summary>Accepts requests; see <see cref="RequestIntake.EnqueueAsync"/>.</summary>
    public Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(IReadOnlyList<IntakeRequest> requests, CancellationToken cancellationToken = default) =>
        _intake.EnqueueAsync(requests, cancellationToken);

    /// <summary>Accepts many chunks, planning the next one while one is stored; see <see cref="RequestIntake.EnqueueAllAsync"/>.</summary>
    public IAsyncEnumerable<AcceptedChunk<T>> EnqueueAllAsync<T>(
        IAsyncEnumerable<IReadOnlyList<T>> chunks, Func<T, IntakeRequest> request, CancellationToken cancellationToken = default) =>
        _intake.EnqueueAllAsync(chunks, request, cancellationToken);

    /// <summary>What became of a request so far, or null when there is none of this id.</summary>
    public async Task<EngineReply?> ReadAsync(RequestId id, CancellationToken cancellationToken = default)
    {
        if (await Store.Requests.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } request)
        {
            return null;
        }

        var body = request.State == RequestState.Answered
            ? await Store.Requests.ReadAnswerAsync(request.Sequence, cancellationToken).ConfigureAwait(false)
            : null;
        return new EngineReply(request, body);
    }

    /// <summary>Waits until a request has ended, also while the store cannot be reached. Giving up waiting does not cancel it.</summary>
    /// <exception cref="KeyNotFoundException">There is no request of this id.</exception>
    public async Task<EngineReply> WaitAsync(RequestId id, CancellationToken cancellationToken = default)
    {
        await _waiter.WaitAsync(id, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            try
            {
                return await ReadAsync(id, cancellationToken).ConfigureAwait(false)
                    ?? throw new KeyNotFoundException($"There is no request {id}.");
            }
            catch (Exception exception) when (exception is IStoreFailure { IsTransient: true })
            {
                // Whoever waited that long waits for the store, too.
                await Task.Delay(WaitPollInterval, Clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>A request with its answer.</summary>
/// <param name="Request">The request.</param>
/// <param name="Body">The provider's response body; null unless it is answered (or when its payload was pruned).</param>
public sealed record EngineReply(StoredRequest Request, ReadOnlyMemory<byte>? Body)
{
    /// <summary>The answer body.</summary>
    /// <exception cref="RequestFailedException">It ended without an answer, has not ended, or its payload was pruned.</exception>
    public ReadOnlyMemory<byte> RequireBody() =>
        Body ?? throw new RequestFailedException(Request);
}

/// <summary>A request ended without an answer.</summary>
public sealed class RequestFailedException : Exception
{
    /// <summary>For a request that is not answered.</summary>
    public RequestFailedException(StoredRequest request)
        : base(request.State switch
        {
            _ when request.IsErased => $"The prompt and the answer of request {request.Id} were erased.",
            RequestState.Answered => $"The answer of request {request.Id} was removed by retention (metricsRetentionDays).",
            RequestState.Cancelled => $"Request {request.Id} was cancelled.",
            RequestState.Expired => $"Request {request.Id} passed its deadline without an answer ({request.FailureCode}). Ask again with a later deadline.",
            _ => $"Request {request.Id} has no answer: {request.FailureCode ?? request.State.ToString()} ({request.Reason}).",
        })
    {
        RequestId = request.Id;
        State = request.State;
        Code = request.FailureCode;
    }

    /// <summary>Which request.</summary>
    public RequestId RequestId { get; }

    /// <summary>How it ended.</summary>
    public RequestState State { get; }

    /// <summary>The failure code, for example <c>item.invalid_request</c>.</summary>
    public string? Code { get; }
}
