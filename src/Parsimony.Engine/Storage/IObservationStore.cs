namespace Parsimony.Engine;

/// <summary>Measured completion times: recorded from the start, learnt from later.</summary>
public interface IObservationStore
{
    /// <summary>Records how long something took.</summary>
    Task RecordAsync(Observation observation, CancellationToken cancellationToken = default);

    /// <summary>The newest observations of a kind.</summary>
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
}

/// <summary>One measurement.</summary>
public sealed record Observation(ObservationKind Kind, ProviderId Provider, string Model, int Size, TimeSpan Duration, DateTimeOffset At);
