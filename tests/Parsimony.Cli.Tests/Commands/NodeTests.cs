using Parsimony.Postgres.Server;
using Parsimony.Storage.Postgres.Tests;

namespace Parsimony.Cli.Tests;

public sealed class NodeTests(SandboxProcess sandbox, PostgresServer postgres) : CommandTests(sandbox), IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task A_node_works_until_it_is_stopped_and_is_listed()
    {
        using var node = ParsimonyProcess.Start(new Dictionary<string, string>(), ["node", "--store", Store, "--sandbox", Sandbox.Address, "--name", "night"]);
        await node.WaitForAsync("This node is night/", Token);
        await RunsAsync(Store, "running");

        node.Interrupt();
        var end = (await node.EndAsync(Token)).Exits(0);

        Assert.Contains("Stopped.", end.Errors, StringComparison.Ordinal);
        await RunsAsync(Store, "stopped");
    }

    [Fact]
    public async Task Nodes_on_PostgreSQL_share_the_work_of_runs()
    {
        var database = await postgres.CreateDatabaseAsync();
        var place = new Dictionary<string, string> { ["PARSIMONY_STORE"] = database };
        using var one = ParsimonyProcess.Start(place, ["node", "--sandbox", Sandbox.Address, "--name", "one"]);
        using var two = ParsimonyProcess.Start(place, ["node", "--sandbox", Sandbox.Address, "--name", "two"]);
        await one.WaitForAsync("This node is one/", Token);
        await two.WaitForAsync("This node is two/", Token);

        string[] Again(string name) => ["run", .. Ask(WriteRows(40, name + ".jsonl")), "--name", name, "--sandbox", Sandbox.Address, "--out", At(name + "-out.jsonl")];
        var runs = await Task.WhenAll(ProgramAsync(place, Again("first")), ProgramAsync(place, Again("second")));

        Assert.All(runs, run => run.Exits(0));
        Assert.Equal(80, Results(At("first-out.jsonl")).Concat(Results(At("second-out.jsonl"))).Count(result => Text(result, "state") == "answered"));
        Assert.Equal(80, (await BillAsync()).Count);
        var listed = Lines((await ProgramAsync(place, "nodes", "--json", "--sandbox", Sandbox.Address)).Exits(0).Output)[0].GetProperty("nodes").EnumerateArray();
        Assert.Equal(2, listed.Count(node => Text(node, "state") == "running"));
        one.Interrupt();
        two.Interrupt();
        (await one.EndAsync(Token)).Exits(0);
        (await two.EndAsync(Token)).Exits(0);
    }

    [Fact(Timeout = 300_000)]
    public async Task Nodes_and_runs_wait_for_a_database_that_is_gone_and_say_so_once()
    {
        // Not the one the other tests share: it is stopped.
        Assert.NotNull(postgres.Server);
        await using var server = await PrivateServer.TryStartAsync();
        Assert.NotNull(server);
        var place = new Dictionary<string, string> { ["PARSIMONY_STORE"] = await server.CreateDatabaseAsync() };
        using var node = ParsimonyProcess.Start(place, ["node", "--sandbox", Sandbox.Address, "--name", "night"]);
        await node.WaitForAsync("This node is night/", Token);
        // Else it could be over before the database is gone.
        await Sandbox.HoldBatchesAsync(Token);
        using var run = ParsimonyProcess.Start(place, ["run", .. Ask(WriteRows(40)), "--sandbox", Sandbox.Address, "--out", Out]);
        await run.WaitForAsync("40 new requests", Token);

        await server.StopAsync();
        await Task.WhenAll(run.WaitForAsync("The store does not answer", Token), node.WaitForAsync("The store does not answer", Token));
        await server.StartAgainAsync();
        await Sandbox.SetFaultsAsync(Token);
        var end = (await run.EndAsync(Token)).Exits(0);
        await node.WaitForAsync("The store answers again.", Token);
        node.Interrupt();
        var nodeEnd = (await node.EndAsync(Token)).Exits(0);

        var line = Assert.Single(end.Errors.Split('\n'), said => said.Contains("The store does not answer", StringComparison.Ordinal));
        Assert.Contains($"PostgreSQL at 127.0.0.1:{server.Port}", line, StringComparison.Ordinal);
        Assert.Contains("The store is back after", end.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", nodeEnd.Errors, StringComparison.Ordinal);
        Assert.Equal(40, Results().Count(result => Text(result, "state") == "answered"));
        Assert.Equal(40, (await BillAsync()).Count);
    }

    [Fact]
    public async Task A_database_nobody_answers_for_is_told_without_its_password()
    {
        var result = (await ProgramAsync("nodes", "--store", "postgres://me:geheim@127.0.0.1:1/parsimony")).Exits(2);

        Assert.Contains("PostgreSQL at 127.0.0.1:1, database 'parsimony'", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>Waits until the one node of a store says what it does.</summary>
    private async Task RunsAsync(string store, string state)
    {
        while (true)
        {
            var result = (await ProgramAsync("nodes", "--json", "--store", store, "--sandbox", Sandbox.Address)).Exits(0);
            if (Lines(result.Output)[0].GetProperty("nodes").EnumerateArray().SingleOrDefault() is { ValueKind: System.Text.Json.JsonValueKind.Object } node && Text(node, "state") == state)
            {
                Assert.StartsWith("night/", Text(node, "node"), StringComparison.Ordinal);
                return;
            }
        }
    }
}
