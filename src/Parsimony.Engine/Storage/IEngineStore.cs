namespace Parsimony.Engine;

/// <summary>All stores of one database: one interface per noun. Thread safe; every verb is one transaction.</summary>
public interface IEngineStore : IAsyncDisposable
{
    /// <summary>Requests and their payloads.</summary>
    IRequestStore Requests { get; }

    /// <summary>Batches from filling to the moment a create is claimed, and from running to collected.</summary>
    IBatchStore Batches { get; }

    /// <summary>Batches between the intent to create and the provider's id.</summary>
    ISubmissionStore Submissions { get; }

    /// <summary>Batches whose create's outcome is unknown, and the provider batches that may be them.</summary>
    IOrphanStore Orphans { get; }

    /// <summary>What ends attempts: settlements with their ledger entries.</summary>
    ISettlementStore Settlements { get; }

    /// <summary>The ledger and its roll-ups.</summary>
    ILedgerStore Ledger { get; }

    /// <summary>Budgets and what is used of them.</summary>
    IBudgetStore Budgets { get; }

    /// <summary>Runs: scopes with totals, limits and the order of their input.</summary>
    IRunStore Runs { get; }

    /// <summary>Measured completion times.</summary>
    IObservationStore Observations { get; }

    /// <summary>What operators have said about providers.</summary>
    ISwitchStore Switches { get; }

    /// <summary>The processes that run the engine.</summary>
    INodeStore Nodes { get; }

    /// <summary>Notices from other processes.</summary>
    INoticeStore Notices { get; }

    /// <summary>Payloads: their protection and erasure.</summary>
    IPayloadStore Payloads { get; }

    /// <summary>The right to run the engine on this database, and small secrets of it.</summary>
    IEngineLock Lock { get; }
}
