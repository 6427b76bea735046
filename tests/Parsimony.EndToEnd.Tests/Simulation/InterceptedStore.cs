using Parsimony.Engine;

namespace Parsimony.EndToEnd.Tests;

/// <summary>A store as one simulated process sees it: every verb passes its turnstile.</summary>
internal sealed class InterceptedStore(IEngineStore inner, Turnstile turnstile) : IEngineStore
{
    public IRequestStore Requests { get; } = Intercepted<IRequestStore>.Wrap(inner.Requests, turnstile);

    public IBatchStore Batches { get; } = Intercepted<IBatchStore>.Wrap(inner.Batches, turnstile);

    public ISubmissionStore Submissions { get; set; } = Intercepted<ISubmissionStore>.Wrap(inner.Submissions, turnstile);

    public ISettlementStore Settlements { get; set; } = Intercepted<ISettlementStore>.Wrap(inner.Settlements, turnstile);

    public ILedgerStore Ledger { get; } = Intercepted<ILedgerStore>.Wrap(inner.Ledger, turnstile);

    public IRunStore Runs { get; } = inner.Runs;

    public IObservationStore Observations { get; } = inner.Observations;

    public INodeStore Nodes => inner.Nodes;

    public INoticeStore Notices => inner.Notices;

    public IEngineLock Lock { get; } = inner.Lock;

    // The database outlives its processes.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
