using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>The SQLite store shows every behaviour a store has, in a file and in memory.</summary>
public sealed class ConformanceTests
{
    private static readonly Dictionary<string, StoreBehaviour> Behaviours = new(StoreConformance.All.ToDictionary(b => b.Name), StringComparer.Ordinal);

    public static TheoryData<string> Requests => Names(StoreConformance.Requests);

    public static TheoryData<string> Admission => Names(StoreConformance.Admission);

    public static TheoryData<string> Budgets => Names(StoreConformance.Budgets);

    public static TheoryData<string> Batches => Names(StoreConformance.Batches);

    public static TheoryData<string> Settlements => Names(StoreConformance.Settlements);

    public static TheoryData<string> Leases => Names(StoreConformance.Leases);

    public static TheoryData<string> Nodes => Names(StoreConformance.Nodes);

    public static TheoryData<string> Ledger => Names(StoreConformance.Ledger);

    public static TheoryData<string> Control => Names(StoreConformance.Control);

    public static TheoryData<string> Decisions => Names(StoreConformance.Decisions);

    public static TheoryData<string> Payloads => Names(StoreConformance.Payloads);

    public static TheoryData<string> Everything => Names(Behaviours.Values);

    public static TheoryData<string> WithoutReopening => Names(Behaviours.Values.Where(b => !b.NeedsReopening));

    [Theory]
    [MemberData(nameof(Requests))]
    public Task Requests_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Admission))]
    public Task Admission_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Budgets))]
    public Task Budgets_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Batches))]
    public Task Batches_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Settlements))]
    public Task Settlements_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Leases))]
    public Task Leases_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Nodes))]
    public Task Nodes_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Ledger))]
    public Task Ledger_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Control))]
    public Task Control_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Decisions))]
    public Task Decisions_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Payloads))]
    public Task Payloads_in_a_file(string behaviour) => ShowAsync(behaviour, isInMemory: false);

    [Theory]
    [MemberData(nameof(Everything))]
    public Task Everything_in_a_protected_file(string behaviour) => ShowAsync(behaviour, isInMemory: false, Keys.First);

    [Theory]
    [MemberData(nameof(WithoutReopening))]
    public Task Everything_in_memory(string behaviour) => ShowAsync(behaviour, isInMemory: true);

    private static TheoryData<string> Names(IEnumerable<StoreBehaviour> behaviours) => [.. behaviours.Select(b => b.Name)];

    private static async Task ShowAsync(string behaviour, bool isInMemory, PayloadProtection? protection = null)
    {
        await using var harness = new SqliteHarness(isInMemory, protection);
        await Behaviours[behaviour].RunAsync(harness);
    }
}
