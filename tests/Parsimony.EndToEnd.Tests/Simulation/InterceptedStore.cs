using Parsimony.Engine;

namespace Parsimony.EndToEnd.Tests;

/// <summary>A store as one simulated node sees it.</summary>
internal sealed class InterceptedStore(IEngineStore inner, StorePath path) : IEngineStore
{
    public IRequestStore Requests { get; } = Intercepted<IRequestStore>.Wrap(inner.Requests, path);

    public IBatchStore Batches { get; } = Intercepted<IBatchStore>.Wrap(inner.Batches, path);

    public ISubmissionStore Submissions { get; set; } = Intercepted<ISubmissionStore>.Wrap(inner.Submissions, path);

    public IOrphanStore Orphans { get; set; } = Intercepted<IOrphanStore>.Wrap(inner.Orphans, path);

    public ISettlementStore Settlements { get; set; } = Intercepted<ISettlementStore>.Wrap(inner.Settlements, path);

    public ILedgerStore Ledger { get; } = Intercepted<ILedgerStore>.Wrap(inner.Ledger, path);

    public IBudgetStore Budgets { get; } = Intercepted<IBudgetStore>.Wrap(inner.Budgets, path);

    public IRunStore Runs { get; } = Intercepted<IRunStore>.Wrap(inner.Runs, path);

    public IObservationStore Observations { get; } = Intercepted<IObservationStore>.Wrap(inner.Observations, path);

    public ISwitchStore Switches { get; } = inner.Switches;

    public INodeStore Nodes => inner.Nodes;

    public INoticeStore Notices => inner.Notices;

    public IPayloadStore Payloads { get; } = Intercepted<IPayloadStore>.Wrap(inner.Payloads, path);

    public IEngineLock Lock { get; } = inner.Lock;

    // The database outlives its processes.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
