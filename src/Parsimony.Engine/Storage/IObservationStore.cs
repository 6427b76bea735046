namespace Parsimony.Engine;

/// <summary>Measured times, which <see cref="CompletionForecast"/> and <see cref="TimeBound"/> learn from.</summary>
public interface IObservationStore
{
    /// <summary>Records how long something took.</summary>
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
}

/// <summary>One measurement.</summary>
public sealed record Observation(ObservationKind Kind, ProviderId Provider, string Model, int Size, TimeSpan Duration, DateTimeOffset At);
