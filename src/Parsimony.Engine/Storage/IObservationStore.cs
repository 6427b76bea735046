namespace Parsimony.Engine;

/// <summary>What was measured: times, which <see cref="CompletionForecast"/> and <see cref="TimeBound"/> learn from, and cache hits, which <see cref="BatchHitRate"/> does.</summary>
public interface IObservationStore
{
    /// <summary>Records a measurement.</summary>
    Task RecordAsync(Observation observation, CancellationToken cancellationToken = default);

    /// <summary>A number that grows with each observation: unchanged, nothing is new. 0 when there is none.</summary>
    Task<long> ReadNewestAsync(CancellationToken cancellationToken = default);

    /// <summary>The newest observations of a kind, newest first.</summary>
    Task<IReadOnlyList<Observation>> ReadAsync(ObservationKind kind, ProviderId provider, int max, CancellationToken cancellationToken = default);
}

/// <summary>What was measured.</summary>
public enum ObservationKind
{
    /// <summary>From create to ended.</summary>
    BatchCompletion,

    /// <summary>From cancel to ended.</summary>
    BatchCancel,

    /// <summary>A live call.</summary>
    LiveCall,

    /// <summary>From create to cancel, of a batch that had not ended by then.</summary>
    BatchCut,

    /// <summary>Requests of a batch that can read a prefix another of them writes.</summary>
    BatchHitsPossible,

    /// <summary>Those of them that were expected to, when the batch was sent.</summary>
    BatchHitsExpected,

    /// <summary>Those that did.</summary>
    BatchHits,
}

/// <summary>One measurement.</summary>
/// <param name="Kind">What of.</param>
/// <param name="Provider">Whose.</param>
/// <param name="Model">The model.</param>
/// <param name="Size">Of how many requests.</param>
/// <param name="Duration">How long it took; of cache hits see <see cref="Hits"/>.</param>
/// <param name="At">When; of cache hits, when their batch was sent.</param>
public sealed record Observation(ObservationKind Kind, ProviderId Provider, string Model, int Size, TimeSpan Duration, DateTimeOffset At)
{
    /// <summary>How many requests hit, for the kinds that count hits.</summary>
    public long Hits => Duration.Ticks;

    /// <summary>A count of cache hits.</summary>
    /// <param name="kind">Possible, expected, or measured.</param>
    /// <param name="model">The model.</param>
    /// <param name="size">Of how many requests.</param>
    /// <param name="hits">How many hit.</param>
    /// <param name="sentAt">When their batch was sent.</param>
    public static Observation OfHits(ObservationKind kind, ModelId model, int size, long hits, DateTimeOffset sentAt) =>
        new(kind, model.Provider, model.Name, size, TimeSpan.FromTicks(hits), sentAt);

    /// <summary>Whether two counts of hits are of one batch and model. Stores keep instants to the millisecond at least.</summary>
    internal bool IsOfSameBatch(Observation other) => Model == other.Model && (At - other.At).Duration() < TimeSpan.FromMilliseconds(1);
}
