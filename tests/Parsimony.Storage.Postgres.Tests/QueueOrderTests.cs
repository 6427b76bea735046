using Npgsql;
using NpgsqlTypes;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Taking a page from a long queue costs what the page costs.</summary>
public sealed class QueueOrderTests(PostgresServer server)
{
    [Fact]
    public async Task Claiming_reads_the_queue_in_the_order_of_its_index()
    {
        var plan = await PlanAsync(
            [.. Enumerable.Range(0, 5_000).Select(i => Given.LiveRequest($"live {i}"))],
            "ReadToSend", (NpgsqlDbType.TimestampTz, Given.Now), (NpgsqlDbType.Integer, 64));

        Assert.Contains("Index Scan using requests_to_send", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Incremental Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Admitting_reads_what_is_held_in_the_order_of_its_index()
    {
        var plan = await PlanAsync(
            Given.Requests(5_000), "ReadHeld", (NpgsqlDbType.Boolean, true), (NpgsqlDbType.Bigint, 1L), (NpgsqlDbType.Integer, 20));

        Assert.Contains("Index Scan using requests_held", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_for_requests_that_are_there_reads_the_index_alone()
    {
        var plan = await PlanAsync(
            Given.Requests(5_000), "FindIdentities", (NpgsqlDbType.Array | NpgsqlDbType.Uuid, Enumerable.Range(0, 5_000).Select(_ => Guid.NewGuid()).ToArray()));

        Assert.Contains("Index Scan using requests_by_identity", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    private async Task<string> PlanAsync(IReadOnlyList<Engine.NewRequest> requests, string verb, params (NpgsqlDbType Type, object Value)[] values)
    {
        var database = await server.CreateDatabaseAsync();
        var token = TestContext.Current.CancellationToken;
        await using var store = await PostgresEngineStore.OpenAsync(database, null, null, token);
        await store.Runs.BeginAsync("run", "", requests[0].Lane is null ? null : 0m, Given.Now, token);
        await store.Requests.EnqueueAsync(requests, Given.Now, token);
        await Probe.ListAsync<int>(database, "ANALYZE requests");
        return await store.Database.ReadAsync(
            async session =>
            {
                await using var command = new NpgsqlCommand("EXPLAIN " + SqlText.Statement(verb), session.Connection);
                foreach (var (type, value) in values)
                {
                    command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value is DateTimeOffset time ? time.UtcDateTime : value });
                }

                await using var reader = await command.ExecuteReaderAsync(token);
                var lines = new List<string>();
                while (await reader.ReadAsync(token))
                {
                    lines.Add(reader.GetString(0));
                }

                return string.Join('\n', lines);
            },
            token);
    }
}
