using Npgsql;
using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Many callers on several nodes use one budget at the same time.</summary>
public sealed class BudgetRaceTests(PostgresServer server)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    public async Task Sixty_four_callers_never_overspend_a_budget(int stores, int seed)
    {
        var database = await server.CreateDatabaseAsync();
        var nodes = await OpenAsync(database, stores);

        await StoreConformance.ShowBudgetRaceAsync(nodes, seed, TestContext.Current.CancellationToken);

        await Probe.AssertExactAsync(database);
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task A_budget_that_is_set_while_others_enqueue_and_settle_counts_all_of_it()
    {
        var database = await server.CreateDatabaseAsync();
        var nodes = await OpenAsync(database, 4);
        var token = TestContext.Current.CancellationToken;
        Task[] callers =
        [
            .. Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
            {
                for (var round = 0; round < 12; round++)
                {
                    var enqueued = await nodes[caller % 4].Requests.EnqueueAsync(
                        [.. Enumerable.Range(0, 3).Select(i => Given.Request($"{caller} {round} {i}", "run " + caller))], Given.Now, token);
                    await nodes[caller % 4].Settlements.SettleAsync([StoreAnswers.Of(enqueued[0].Sequence)], null, Given.Now, token);
                    await nodes[caller % 4].Requests.CancelAsync("run " + caller, [enqueued[1].Id], Given.Now, token);
                }
            }, token)),
        ];

        for (var change = 0; change < 8; change++)
        {
            await nodes[change % 4].Budgets.RemoveAsync(BudgetDimension.All, "", BudgetPeriod.Day, token);
            await nodes[change % 4].Budgets.SetAsync(
                new Budget { Dimension = BudgetDimension.All, Period = BudgetPeriod.Day, LimitUsd = 1_000m, IsHard = change % 2 == 0 }, Given.Now, token);
        }

        await Task.WhenAll(callers);
        var use = Assert.Single(await nodes[0].Budgets.ReadUsesAsync(Given.Now, token));
        var recount = Assert.Single(await nodes[1].Budgets.RecountAsync(Given.Now, token));
        Assert.Equal((recount.SpentUsd, recount.ReservedUsd), (use.SpentUsd, use.ReservedUsd));
        Assert.Equal((16 * 12 * 0.002m, 16 * 12 * 0.01m), (use.SpentUsd, use.ReservedUsd));
        await Probe.AssertExactAsync(database);
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task A_call_that_is_refused_does_not_fail_those_that_came_at_the_same_time()
    {
        var nodes = await OpenAsync(await server.CreateDatabaseAsync(), 1);
        var token = TestContext.Current.CancellationToken;
        await nodes[0].Budgets.SetAsync(new Budget { Dimension = BudgetDimension.Tenant, Value = "poor", Period = BudgetPeriod.Day, LimitUsd = 0.05m }, Given.Now, token);

        var calls = Enumerable.Range(0, 60).Select(i => nodes[0].Requests.EnqueueAsync(
            [Given.Request($"text {i}") with { Profile = Given.Profile() with { Tenant = i % 2 == 0 ? "poor" : "rich" } }], Given.Now, token)).ToList();
        var accepted = 0;
        foreach (var call in calls)
        {
            try
            {
                accepted += (await call).Count(request => request.IsNew);
            }
            catch (BudgetExceededException exception)
            {
                Assert.Equal("poor", exception.Refusal.Use.Value);
            }
        }

        Assert.Equal(30 + 5, accepted);
        await CloseAsync(nodes);
    }

    [Fact]
    public async Task A_database_of_the_schema_before_budgets_is_brought_up_to_date_with_what_it_holds()
    {
        var database = await server.CreateDatabaseAsync();
        var token = TestContext.Current.CancellationToken;
        await using (var connection = new NpgsqlConnection(database + ";Pooling=false"))
        {
            await connection.OpenAsync(token);
            await RunAsync(connection, "CREATE TABLE migrations (name text PRIMARY KEY)");
            foreach (var (name, text) in SqlText.Migrations().TakeWhile(migration => !migration.Name.Contains("budgets", StringComparison.Ordinal)))
            {
                await RunAsync(connection, text);
                await RunAsync(connection, $"INSERT INTO migrations (name) VALUES ('{name}')");
            }

            // What the version before would have written.
            await RunAsync(
                connection,
                """
                INSERT INTO profiles (provider, model, credential, kind, dialect, isolation_group, tenant, component, agent, session, tags)
                VALUES ('openAI', 'gpt-5-mini', 'default', 0, 0, '', 'acme', '', '', '', 'a=1');
                INSERT INTO scopes (name, started_at, total, reserved_usd) VALUES ('run', now(), 1, 0.01);
                INSERT INTO phrases (text) VALUES ('live: a single call without a deadline');
                INSERT INTO requests (seq, id, scope, profile, state, listed_state, is_held, route, reason, attempt, accepted_at, bound_usd)
                VALUES (nextval('requests_seq'), '00000000-0000-7000-8000-000000000001', 1, 1, 0, 0, false, 0, 1, 0, '2026-01-01T00:00:00Z', 0.01);
                """);
        }

        var nodes = await OpenAsync(database, 1);
        var profile = Given.Profile() with { Tenant = "acme", Tags = "a=1" };
        Assert.Equal(profile, Assert.Single(await nodes[0].Requests.LoadAsync([1], token)).Profile);
        await nodes[0].Requests.EnqueueAsync([Given.Request() with { Profile = profile }, Given.Request("b") with { Profile = profile with { Key = "k" } }], Given.Now, token);
        await nodes[0].Budgets.SetAsync(new Budget { Dimension = BudgetDimension.Tenant, Value = "acme", Period = BudgetPeriod.Month, LimitUsd = 1m }, Given.Now, token);
        Assert.Equal(0.03m, Assert.Single(await nodes[0].Budgets.ReadUsesAsync(Given.Now, token)).ReservedUsd);
        await CloseAsync(nodes);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static Task<PostgresEngineStore[]> OpenAsync(string database, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => PostgresEngineStore.OpenAsync(database + ";Maximum Pool Size=10")));

    private static async Task CloseAsync(PostgresEngineStore[] nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }
}
