namespace Parsimony.Engine;

/// <summary>What was measured of one provider, and what still runs there.</summary>
internal sealed record TimesSeen
{
    public required IReadOnlyList<Observation> Completed { get; init; }

    public required IReadOnlyList<Observation> Cuts { get; init; }

    public required IReadOnlyList<Observation> Cancels { get; init; }

    public required IReadOnlyList<Observation> Live { get; init; }

    public required IReadOnlyList<Batch> Running { get; init; }

    /// <summary>
    /// Batches and whether they were cut off. Those that still run are among them, or only the fast ones would be known of the latest; those that their window ended are cut off: what they had
    /// not done by then they never would have.
    /// </summary>
    public IEnumerable<(Observation Batch, bool IsCut)> Completions(TimeSpan window, DateTimeOffset now) =>
    [
        .. Completed.Select(one => (one, one.Duration >= window * 0.98)),
        .. Cuts.Select(one => (one, true)),
        .. Running.Select(batch => (new Observation(ObservationKind.BatchCut, batch.Provider, batch.Model, batch.Count, now - (batch.SubmittedAt ?? now), now), true)),
    ];

    public static async Task<TimesSeen> ReadAsync(IEngineStore store, ProviderId provider, IEnumerable<Batch> running, CancellationToken cancellationToken)
    {
        return new TimesSeen
        {
            Completed = await ReadAsync(ObservationKind.BatchCompletion).ConfigureAwait(false),
            Cuts = await ReadAsync(ObservationKind.BatchCut).ConfigureAwait(false),
            Cancels = await ReadAsync(ObservationKind.BatchCancel).ConfigureAwait(false),
            Live = await ReadAsync(ObservationKind.LiveCall).ConfigureAwait(false),
            Running = [.. running.Where(batch => batch.Provider == provider)],
        };

        Task<IReadOnlyList<Observation>> ReadAsync(ObservationKind kind) => store.Observations.ReadAsync(kind, provider, ProviderTimes.Looked, cancellationToken);
    }
}
