using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>The PostgreSQL store shows every behaviour a store has.</summary>
public sealed class ConformanceTests(PostgresServer server)
{
    private static readonly Dictionary<string, StoreBehaviour> Behaviours = new(StoreConformance.All.ToDictionary(b => b.Name), StringComparer.Ordinal);

    public static TheoryData<string> PayloadBehaviours => Names(StoreConformance.Payloads);

    public static TheoryData<string> Everything => Names(Behaviours.Values.Where(b => !b.IsOfOneEngine));

    public static TheoryData<string> RequestBehaviours => Names(StoreConformance.Requests);

    public static TheoryData<string> AdmissionBehaviours => Names(StoreConformance.Admission);

    public static TheoryData<string> BudgetBehaviours => Names(StoreConformance.Budgets);

    public static TheoryData<string> BatchBehaviours => Names(StoreConformance.Batches);

    public static TheoryData<string> SettlementBehaviours => Names(StoreConformance.Settlements);

    public static TheoryData<string> LeaseBehaviours => Names(StoreConformance.Leases);

    public static TheoryData<string> NodeBehaviours => Names(StoreConformance.Nodes);

    // Every node may run the engine here: see EnginesTests.
    public static TheoryData<string> LedgerBehaviours => Names(StoreConformance.Ledger.Where(b => !b.IsOfOneEngine));

    public static TheoryData<string> ControlBehaviours => Names(StoreConformance.Control);

    public static TheoryData<string> DecisionBehaviours => Names(StoreConformance.Decisions);

    [Theory]
    [MemberData(nameof(RequestBehaviours))]
    public Task Requests(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(AdmissionBehaviours))]
    public Task Admission(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(BudgetBehaviours))]
    public Task Budgets(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(BatchBehaviours))]
    public Task Batches(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(SettlementBehaviours))]
    public Task Settlements(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(LeaseBehaviours))]
    public Task Leases(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(NodeBehaviours))]
    public Task Nodes(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(LedgerBehaviours))]
    public Task Ledger(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(ControlBehaviours))]
    public Task Control(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(DecisionBehaviours))]
    public Task Decisions(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(PayloadBehaviours))]
    public Task Payloads(string behaviour) => ShowAsync(behaviour);

    [Theory]
    [MemberData(nameof(Everything))]
    public Task Everything_protected(string behaviour) => ShowAsync(behaviour, Keys.First);

    private static TheoryData<string> Names(IEnumerable<StoreBehaviour> behaviours) => [.. behaviours.Select(b => b.Name)];

    private async Task ShowAsync(string behaviour, PayloadProtection? protection = null)
    {
        await using var harness = new PostgresHarness(server, protection);
        await Behaviours[behaviour].RunAsync(harness);
    }
}
