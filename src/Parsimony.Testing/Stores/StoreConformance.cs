using Parsimony.Engine;

namespace Parsimony.Testing;

/// <summary>Opens the store under test.</summary>
public interface IStoreHarness : IAsyncDisposable
{
    /// <summary>Opens the database of this harness: empty at first; later, what was there when the last store was disposed or abandoned.</summary>
    Task<IEngineStore> OpenAsync();
}

/// <summary>A behaviour every store has.</summary>
/// <param name="Name">The behaviour, as a sentence.</param>
/// <param name="NeedsReopening">Whether it opens the database a second time, so a store that lives in memory alone cannot show it.</param>
/// <param name="RunAsync">Shows it; throws <see cref="ConformanceException"/> where the store does otherwise.</param>
public sealed record StoreBehaviour(string Name, bool NeedsReopening, Func<IStoreHarness, Task> RunAsync)
{
    /// <summary>Whether it is a behaviour of stores that let one engine run at a time; those that several engines share show all others.</summary>
    /// <value>False.</value>
    public bool IsOfOneEngine { get; init; }
}

/// <summary>All behaviours of <see cref="IEngineStore"/>, by verb group: a store is done when it shows them all.</summary>
public static class StoreConformance
{
    /// <summary>Accepting, finding, cancelling and retrying requests.</summary>
    public static IReadOnlyList<StoreBehaviour> Requests { get; } = [.. RequestBehaviours.All, .. TextBehaviours.All];

    /// <summary>Holding and admitting requests under a cost limit.</summary>
    public static IReadOnlyList<StoreBehaviour> Admission => AdmissionBehaviours.All;

    /// <summary>Budgets: what they refuse, and what is counted for them.</summary>
    public static IReadOnlyList<StoreBehaviour> Budgets { get; } = [.. BudgetBehaviours.All, .. BudgetCountBehaviours.All, .. ReservationBehaviours.All];

    /// <summary>Batches and their submission.</summary>
    public static IReadOnlyList<StoreBehaviour> Batches { get; } = [.. BatchBehaviours.All, .. SubmissionBehaviours.All];

    /// <summary>Settlements.</summary>
    public static IReadOnlyList<StoreBehaviour> Settlements { get; } = [.. SettlementBehaviours.All, .. SettlementMoveBehaviours.All];

    /// <summary>Operators' switches, priorities, and turns among tenants.</summary>
    public static IReadOnlyList<StoreBehaviour> Control => ControlBehaviours.All;

    /// <summary>Leases that last, end, are given up and are taken over.</summary>
    public static IReadOnlyList<StoreBehaviour> Leases => LeaseBehaviours.All;

    /// <summary>The processes that run the engine.</summary>
    public static IReadOnlyList<StoreBehaviour> Nodes => NodeBehaviours.All;

    /// <summary>The ledger, runs, observations, secrets.</summary>
    public static IReadOnlyList<StoreBehaviour> Ledger => LedgerBehaviours.All;

    /// <summary>Erasing payloads, and what is left of them at providers.</summary>
    public static IReadOnlyList<StoreBehaviour> Payloads => PayloadBehaviours.All;

    /// <summary>What requests were decided on.</summary>
    public static IReadOnlyList<StoreBehaviour> Decisions => DecisionBehaviours.All;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<StoreBehaviour> All { get; } =
    [
        .. Requests, .. Admission, .. Batches, .. Settlements, .. Leases, .. Nodes, .. Ledger, .. Budgets, .. Payloads, .. Control, .. Decisions,
    ];

    /// <summary>Shows that 64 callers at once, on one store or several stores of one database, queued work and live calls mixed, never overspend a budget and leave no room unused.</summary>
    /// <param name="nodes">The stores, open on one database without budgets.</param>
    /// <param name="seed">Another seed, another mixture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConformanceException">They did.</exception>
    public static Task ShowBudgetRaceAsync(IReadOnlyList<IEngineStore> nodes, int seed = 1, CancellationToken cancellationToken = default) =>
        new BudgetRace(nodes, seed).RunAsync(cancellationToken);

    internal static StoreBehaviour Behaviour(string name, Func<StoreWorld, Task> show) => new(
        name.Replace('_', ' '), NeedsReopening: false,
        async harness =>
        {
            var world = new StoreWorld(harness, await harness.OpenAsync().ConfigureAwait(false));
            await using (world.ConfigureAwait(false))
            {
                await show(world).ConfigureAwait(false);
            }
        });

    internal static StoreBehaviour Reopening(string name, Func<StoreWorld, Task> show) => Behaviour(name, show) with { NeedsReopening = true };
}
