namespace Parsimony.Storage.Postgres.Tests;

public sealed class EnginesTests(PostgresServer server)
{
    [Fact]
    public async Task Every_node_may_run_the_engine()
    {
        var harness = new PostgresHarness(server);
        var token = TestContext.Current.CancellationToken;
        await using var one = await harness.OpenPostgresAsync();
        await using var two = await harness.OpenPostgresAsync();

        await using var first = await one.Lock.TryAcquireAsync(token);
        await using var second = await two.Lock.TryAcquireAsync(token);

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.Equal((await one.Lock.ReadSecretAsync("tokens", token)).ToArray(), (await two.Lock.ReadSecretAsync("tokens", token)).ToArray());
    }
}
