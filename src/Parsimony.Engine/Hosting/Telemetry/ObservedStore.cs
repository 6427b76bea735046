namespace Parsimony.Engine;

/// <summary>A store whose writes are measured: what is booked, submitted and timed is counted where it is noted, so each is counted once.</summary>
internal sealed class ObservedStore(IEngineStore inner) : IEngineStore
{
    public IRequestStore Requests => inner.Requests;

    public IBatchStore Batches => inner.Batches;

    public ISubmissionStore Submissions { get; } = new ObservedSubmissions(inner);

    public IOrphanStore Orphans => inner.Orphans;

    public ISettlementStore Settlements { get; } = new ObservedSettlements(inner);

    public ILedgerStore Ledger => inner.Ledger;

    public IBudgetStore Budgets => inner.Budgets;

    public IRunStore Runs => inner.Runs;

    public IObservationStore Observations { get; } = new ObservedObservations(inner);

    public ISwitchStore Switches => inner.Switches;

    public INodeStore Nodes => inner.Nodes;

    public INoticeStore Notices => inner.Notices;

    public IPayloadStore Payloads => inner.Payloads;

    public IEngineLock Lock => inner.Lock;

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

/// <summary>Turns the engine's own measurements into metrics.</summary>
internal sealed class ObservedObservations(IEngineStore store) : IObservationStore
{
    public async Task RecordAsync(Observation observation, CancellationToken cancellationToken = default)
    {
        await store.Observations.RecordAsync(observation, cancellationToken).ConfigureAwait(false);
        if (observation.Kind >= ObservationKind.BatchCut)
        {
            // No durations: how many requests hit, or that a batch took longer.
            ParsimonyTelemetry.CountHits(observation);
            return;
        }

        var instrument = observation.Kind switch
        {
            ObservationKind.BatchCompletion => ParsimonyTelemetry.BatchDuration,
            ObservationKind.BatchCancel => ParsimonyTelemetry.BatchCancelDuration,
            _ => ParsimonyTelemetry.OperationDuration,
        };
        if (instrument.Enabled)
        {
            var route = observation.Kind == ObservationKind.LiveCall ? Route.Live : Route.Batch;
            var tags = ParsimonyTelemetry.Tags(new ModelId(observation.Provider, observation.Model), EndpointKind.Chat, route);
            instrument.Record(observation.Duration.TotalSeconds, tags);
        }
    }

    public Task<long> ReadNewestAsync(CancellationToken cancellationToken = default) => store.Observations.ReadNewestAsync(cancellationToken);

    public Task<IReadOnlyList<Observation>> ReadAsync(ObservationKind kind, ProviderId provider, int max, CancellationToken cancellationToken = default) =>
        store.Observations.ReadAsync(kind, provider, max, cancellationToken);
}
