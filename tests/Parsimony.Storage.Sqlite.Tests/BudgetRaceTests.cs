using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>Many callers use one budget at the same time.</summary>
public sealed class BudgetRaceTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public async Task Sixty_four_callers_never_overspend_a_budget(int stores, int seed)
    {
        await using var harness = new SqliteHarness();
        var nodes = new List<IEngineStore>();
        for (var i = 0; i < stores; i++)
        {
            nodes.Add(await harness.OpenAsync());
        }

        await StoreConformance.ShowBudgetRaceAsync(nodes, seed, TestContext.Current.CancellationToken);

        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_budget_set_by_one_process_counts_at_once_in_another()
    {
        await using var harness = new SqliteHarness();
        await using var one = await harness.OpenAsync();
        await using var other = await harness.OpenAsync();
        var token = TestContext.Current.CancellationToken;
        await other.Requests.EnqueueAsync([Given.Request("before")], Given.Now, token);

        await one.Budgets.SetAsync(new Budget { Dimension = BudgetDimension.All, Period = BudgetPeriod.Day, LimitUsd = 0.015m }, Given.Now, token);

        await Assert.ThrowsAsync<BudgetExceededException>(() => other.Requests.EnqueueAsync([Given.Request("after")], Given.Now, token));
    }

    [Fact]
    public async Task A_file_of_the_schema_before_budgets_is_brought_up_to_date_with_what_it_holds()
    {
        await using var harness = new SqliteHarness();
        var token = TestContext.Current.CancellationToken;
        var profile = Given.Profile() with { Tenant = "acme", Tags = "a=1" };
        using (var connection = Connection.Open(harness.Path, isReadOnly: false, TimeSpan.Zero))
        {
            connection.Execute("CREATE TABLE migrations (name TEXT PRIMARY KEY) WITHOUT ROWID");
            foreach (var (name, text) in SqlText.Migrations().TakeWhile(migration => !migration.Name.Contains("budgets", StringComparison.Ordinal)))
            {
                connection.Execute(text);
                connection.Execute($"INSERT INTO migrations (name) VALUES ('{name}')");
            }

            // What the version before would have written.
            connection.Execute(
                """
                INSERT INTO profiles (provider, model, credential, kind, dialect, isolation_group, tenant, component, agent, session, tags)
                VALUES ('openAI', 'gpt-5-mini', 'default', 0, 0, '', 'acme', '', '', '', 'a=1');
                INSERT INTO scopes (name, started_at, total, reserved_usd) VALUES ('run', 0, 1, '0.01');
                INSERT INTO phrases (text) VALUES ('live: a single call without a deadline');
                INSERT INTO requests (seq, id, identity, scope, profile, state, listed_state, is_held, cancel_requested, route, reason, attempt, sends, uncertain,
                    body_page, body_slot, accepted_at, not_before, bound_usd)
                VALUES (1, x'00000000000070008000000000000001', x'00', 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1767225600000, 0, '0.01');
                """);
        }

        await using var store = await harness.OpenAsync();
        var there = Assert.Single(await store.Requests.LoadAsync([1], token));
        Assert.Equal(profile, there.Profile);
        await store.Requests.EnqueueAsync([Given.Request() with { Profile = profile }, Given.Request("b") with { Profile = profile with { Key = "k" } }], Given.Now, token);
        await store.Budgets.SetAsync(BudgetOf("acme"), Given.Now, token);
        Assert.Equal(0.03m, Assert.Single(await store.Budgets.ReadUsesAsync(Given.Now, token)).ReservedUsd);
    }

    private static Budget BudgetOf(string tenant) => new() { Dimension = BudgetDimension.Tenant, Value = tenant, Period = BudgetPeriod.Month, LimitUsd = 1m };
}
