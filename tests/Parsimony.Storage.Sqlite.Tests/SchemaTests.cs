using System.Text.RegularExpressions;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

public sealed partial class SchemaTests
{
    [Theory]
    [InlineData("UPDATE requests SET state = 3, listed_state = NULL")]
    [InlineData("UPDATE requests SET state = 2, listed_state = 2")]
    [InlineData("UPDATE requests SET is_held = 1")]
    [InlineData("UPDATE requests SET finished_at = 1")]
    [InlineData("UPDATE requests SET failure_code = 1")]
    [InlineData("UPDATE requests SET listed_state = 5")]
    [InlineData("UPDATE batches SET state = 4")]
    [InlineData("UPDATE batches SET state = 7")]
    [InlineData("UPDATE batches SET open_items = -1")]
    [InlineData("UPDATE batches SET lease_owner = 'x'")]
    [InlineData("UPDATE scopes SET held = -1")]
    public async Task A_row_no_move_makes_is_refused_by_the_schema(string update)
    {
        await using var harness = new SqliteHarness(isInMemory: true);
        await using var store = await harness.OpenSqliteAsync();
        await store.Requests.EnqueueAsync([Given.Request()], Given.Now, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<SqliteStoreException>(() => store.Database.WriteAsync(
            Durability.Process,
            connection =>
            {
                connection.Execute(update);
                return 0;
            },
            TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Queries_of_loops_use_the_index_named_after_them()
    {
        await using var harness = new SqliteHarness(isInMemory: true);
        await using var store = await harness.OpenSqliteAsync();
        (string Statement, string Index)[] expected =
        [
            ("FindRequest", "requests_by_id"), ("ReadToSend", "requests_to_send"), ("ReadStaleSends", "requests_sending"),
            ("ReadOverdue", "requests_overdue"), ("ReadHeld", "requests_held"), ("ReadCancellable", "requests_by_scope"),
            ("ReadCancellable", "requests_by_batch"), ("ReadRetryable", "requests_by_scope"), ("ReadItemPlaces", "requests_by_batch"),
            ("ReadDueForEscalation", "requests_by_batch"), ("CountLeaving", "requests_by_batch"), ("RenewEscalation", "requests_by_batch"),
            ("FindFilling", "batches_filling"), ("ReadSealed", "batches_by_state"), ("ReadProviderQueue", "batches_by_state"),
            ("ReadToPoll", "batches_by_state"), ("ReadToCollect", "batches_by_state"), ("ReadToRescue", "batches_by_state"),
            ("ReadDueForEscalation", "batches_by_state"), ("ReadBatchesToCancel", "batches_by_state"), ("RejectEmptied", "batches_by_state"),
            ("ListOpenBatches", "batches_by_state"), ("FindRecorded", "batches_by_provider_id"), ("ReadUncleaned", "batches_to_clean"),
            ("ReadUnpriced", "ledger_unpriced"), ("ReadEntriesOfRequest", "ledger_by_request"), ("FindUnknownEntry", "ledger_by_request"),
            ("PruneAnswerPages", "pages_by_age"), ("PruneBodyPages", "pages_by_age"), ("ReadObservations", "observations_by_kind"),
            ("ReadProfilesToSend", "requests_to_send_by_profile"), ("ReadToSendOfProfile", "requests_to_send_by_profile"), ("ReadSwitches", "provider_switches_last"),
            ("PruneDecisionContexts", "decisions_by_context"), ("FindDecisionContext", "sqlite_autoindex_decision_contexts_1"),
        ];

        var plans = await store.Database.ReadAsync(
            connection => expected.Select(e => (e.Statement, e.Index, Plan: Plan(connection, e.Statement))).ToList(),
            TestContext.Current.CancellationToken);

        Assert.Equal([], plans.Where(p => !p.Plan.Contains($"INDEX {p.Index}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Money_is_never_a_floating_point_number()
    {
        var texts = typeof(SqlText).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Sql/", StringComparison.Ordinal)).Select(name => name[4..]).ToList();

        Assert.DoesNotContain(texts, name => FloatingPoint().IsMatch(SqlText.Statement(name)));
        Assert.DoesNotContain(SqlText.Migrations(), migration => FloatingPoint().IsMatch(migration.Text));
    }

    [Fact]
    public async Task A_row_of_a_hundred_thousand_stays_small()
    {
        await using var harness = new SqliteHarness(isInMemory: true);
        await using var store = await harness.OpenSqliteAsync();
        await store.Requests.EnqueueAsync(Given.Requests(5_000), Given.Now, TestContext.Current.CancellationToken);

        var bytes = await store.Database.ReadAsync(
            connection => connection.Scalar("SELECT (SELECT page_count FROM pragma_page_count()) * 4096 - (SELECT sum(length(data)) FROM pages)"),
            TestContext.Current.CancellationToken);

        // Row and all its index entries, without payloads.
        Assert.InRange(long.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture) / 5_000, 50, 250);
    }

    private static string Plan(Connection connection, string statement)
    {
        // An explained statement gives its plan in the fourth column.
        var rows = connection.Prepare("EXPLAIN QUERY PLAN " + SqlText.Statement(statement));
        var plan = new List<string>();
        while (rows.Step())
        {
            rows.Skip();
            rows.Skip();
            rows.Skip();
            plan.Add(rows.Text());
        }

        rows.Close();
        return string.Join('\n', plan);
    }

    // Sums of text columns would be floating point too.
    [GeneratedRegex(@"\bREAL\b|\bFLOAT\b|sum\(\w*usd", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex FloatingPoint();
}
