using System.Text;
using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Payloads under keys in PostgreSQL.</summary>
public sealed class ProtectionTests(PostgresServer server)
{
    private const string Prompt = "the quick brown prompt jumps over";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_are_protected_rewrapped_and_opened_by_their_keys_alone()
    {
        await using var harness = new PostgresHarness(server);
        await using (var plain = await harness.OpenPostgresAsync())
        {
            await plain.Requests.EnqueueAsync([Given.LiveRequest(Prompt)], Given.Now, Token);
            Assert.True(await HoldsAsync(plain, Prompt));
        }

        await using (var first = await harness.OpenPostgresAsync(new PostgresStoreOptions { Protection = Keys.First }))
        {
            await RewrapAsync(first);
            await first.Requests.EnqueueAsync([Given.LiveRequest(Prompt + " again")], Given.Now, Token);
            Assert.False(await HoldsAsync(first, Prompt));
        }

        await using (var without = await harness.OpenPostgresAsync(new PostgresStoreOptions { Protection = Keys.Second }))
        {
            var refusal = await Assert.ThrowsAsync<PayloadProtectionException>(() => without.Requests.ReadEnvelopeAsync(1, Token));
            Assert.Equal(Keys.Old.Id, refusal.KeyId);
        }

        await using (var rotated = await harness.OpenPostgresAsync(new PostgresStoreOptions { Protection = Keys.Rotated }))
        {
            await RewrapAsync(rotated);
            Assert.Equal([new ProtectedPages(Keys.New.Id, 2)], await rotated.Payloads.CountAsync(Token));
        }

        await using var second = await harness.OpenPostgresAsync(new PostgresStoreOptions { Protection = Keys.Second });
        Assert.Contains(Prompt, Encoding.UTF8.GetString(((await second.Requests.ReadEnvelopeAsync(1, Token))?.Bytes ?? default).Span), StringComparison.Ordinal);
        await RunAsync(second, "UPDATE pages p SET data = (SELECT data FROM pages o WHERE o.id <> p.id LIMIT 1)");
        await using var moved = await harness.OpenPostgresAsync(new PostgresStoreOptions { Protection = Keys.Second });
        await Assert.ThrowsAsync<PayloadProtectionException>(() => moved.Requests.ReadEnvelopeAsync(1, Token));
    }

    [Fact]
    public async Task A_database_of_the_schema_before_is_brought_up_to_date_with_all_it_holds()
    {
        await using var harness = new PostgresHarness(server);
        await using (var store = await harness.OpenPostgresAsync())
        {
            await store.Requests.EnqueueAsync([Given.LiveRequest(Prompt)], Given.Now, Token);
            // As the migrations before this one left it.
            await RunAsync(
                store,
                """
                DROP VIEW stored_requests;
                DROP TABLE payload_keys, erasures, leftovers, moves; DROP FUNCTION refuse_moved;
                DROP INDEX batches_to_clean; CREATE INDEX batches_to_clean ON batches (clean_after) WHERE state = 7 AND NOT is_cleaned;
                CREATE VIEW stored_requests AS
                SELECT seq, id, scope, profile, state, route, reason, attempt, sends, uncertain, batch, accepted_at, deadline, escalate_at, finished_at,
                       failure_code, finish_reason, bound_usd, cancel_requested, is_held, listed_state
                FROM requests;
                DROP TABLE provider_switches; DROP TABLE batch_priorities; DROP TABLE queue_turns; DROP INDEX requests_to_send_by_profile;
                DROP TABLE decisions; DROP TABLE decision_contexts;
                ALTER TABLE ledger DROP COLUMN reported_usd CASCADE;
                DELETE FROM migrations WHERE name >= '0004_protection';
                """);
        }

        await using var after = await harness.OpenPostgresAsync(new PostgresStoreOptions { Protection = Keys.First });

        Assert.False((await after.Requests.LoadAsync([1], Token))[0].IsErased);
        Assert.NotNull(await after.Requests.ReadEnvelopeAsync(1, Token));
        await RewrapAsync(after);
        Assert.Equal([new ProtectedPages(Keys.Old.Id, 1)], await after.Payloads.CountAsync(Token));
    }

    private static async Task RewrapAsync(PostgresEngineStore store)
    {
        string? next = null;
        do
        {
            next = (await store.Payloads.RewrapAsync(next, 1, Token)).Next;
        }
        while (next is not null);
    }

    private static Task<bool> HoldsAsync(PostgresEngineStore store, string text) => store.Database.ReadAsync(
        async session =>
        {
            await using var command = new Npgsql.NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM pages WHERE position($1 IN data) > 0)", session.Connection);
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = Encoding.UTF8.GetBytes(text), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea });
            return await command.ExecuteScalarAsync(Token) is true;
        },
        Token);

    private static Task<int> RunAsync(PostgresEngineStore store, string sql) => store.Database.WriteAsync(
        Durability.Server,
        async session =>
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, session.Connection);
            return await command.ExecuteNonQueryAsync(Token);
        },
        Token);
}
