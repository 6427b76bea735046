using System.Text;
using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>Payloads under keys: what lies on the disk, and what opens it.</summary>
public sealed class ProtectionTests
{
    private const string Prompt = "the quick brown prompt jumps over";
    private const string Answer = "the lazy answer lies";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Neither_prompts_nor_answers_lie_readable_on_the_disk(bool isProtected)
    {
        await using var harness = new SqliteHarness(isInMemory: false, isProtected ? Keys.First : null);
        await using var store = await harness.OpenSqliteAsync();
        await FillAsync(store);

        // Few enough to be stored without compression, which would hide them, too; the log is still there.
        Assert.True(File.Exists(harness.Path + "-wal"));
        Assert.Equal(!isProtected, await ContainsAsync(harness, Prompt));
        Assert.Equal(!isProtected, await ContainsAsync(harness, Answer));
    }

    [Fact]
    public async Task What_was_erased_is_not_on_the_disk_any_more()
    {
        await using var harness = new SqliteHarness();
        await using var store = await harness.OpenSqliteAsync();
        await FillAsync(store);
        var begun = await store.Payloads.BeginErasureAsync(ErasureSubject.Run, "run", "tester", Given.Now, Token);

        await store.Payloads.EraseAsync(begun.Id, 100, Given.Now, Token);

        Assert.False(await ContainsAsync(harness, Prompt));
        Assert.False(await ContainsAsync(harness, Answer));
        Assert.True(await ContainsAsync(harness, "kept words"));
    }

    [Fact]
    public async Task What_was_pruned_is_not_on_the_disk_any_more()
    {
        await using var harness = new SqliteHarness();
        await using (var store = await harness.OpenSqliteAsync())
        {
            await FillAsync(store);
            await store.Ledger.PruneAsync(Given.Now.AddDays(1), Given.Now, Given.Now, 100, Token);
        }

        Assert.False(await ContainsAsync(harness, Answer));
    }

    [Fact]
    public async Task An_older_key_opens_what_it_protected_and_the_current_one_protects_what_comes()
    {
        await using var harness = new SqliteHarness();
        await using (var first = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.First }))
        {
            await FillAsync(first);
        }

        await using var rotated = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.Rotated });
        await rotated.Requests.EnqueueAsync([Given.LiveRequest("later", "later")], Given.Now, Token);

        Assert.Contains(Prompt, Encoding.UTF8.GetString(((await rotated.Requests.ReadEnvelopeAsync(1, Token))?.Bytes ?? default).Span), StringComparison.Ordinal);
        var pages = await rotated.Payloads.CountAsync(Token);
        Assert.Equal([Keys.Old.Id, Keys.New.Id], pages.OrderByDescending(p => p.Pages).Select(p => p.KeyId));
    }

    [Fact]
    public async Task Rewrapping_brings_all_pages_under_the_current_key_and_may_be_cut_short()
    {
        await using var harness = new SqliteHarness();
        await using (var plain = await harness.OpenSqliteAsync())
        {
            await FillAsync(plain);
        }

        await using (var first = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.First }))
        {
            await RewrapAsync(first, most: 1);
        }

        await using (var rotated = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.Rotated }))
        {
            await RewrapAsync(rotated, most: 100);
            Assert.False(await ContainsAsync(harness, Prompt));
        }

        await using var second = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.Second });
        Assert.Equal([Keys.New.Id], (await second.Payloads.CountAsync(Token)).Select(p => p.KeyId));
        Assert.Contains(Answer, Encoding.UTF8.GetString((await second.Requests.ReadAnswerAsync(1, Token) ?? default).Span), StringComparison.Ordinal);
        Assert.Equal(new RewrapResult(0, null), await second.Payloads.RewrapAsync(null, 10, Token));
    }

    [Fact]
    public async Task Without_keys_pages_are_rewrapped_plain()
    {
        await using var harness = new SqliteHarness();
        await using (var first = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.First }))
        {
            await FillAsync(first);
        }

        await using (var leaving = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = new PayloadProtection(current: null, Keys.Old) }))
        {
            await RewrapAsync(leaving, most: 100);
        }

        await using var plain = await harness.OpenSqliteAsync();
        Assert.NotNull(await plain.Requests.ReadEnvelopeAsync(1, Token));
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_named_and_nothing_is_lost()
    {
        await using var harness = new SqliteHarness();
        await using (var first = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.First }))
        {
            await FillAsync(first);
        }

        await using (var without = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.Second }))
        {
            var refusal = await Assert.ThrowsAsync<PayloadProtectionException>(() => without.Requests.ReadEnvelopeAsync(1, Token));
            Assert.Equal(Keys.Old.Id, refusal.KeyId);
            Assert.Contains(Keys.Old.Id, refusal.Message, StringComparison.Ordinal);
            Assert.Contains(PayloadProtection.OlderKeysVariable, refusal.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<PayloadProtectionException>(() => without.Payloads.RewrapAsync(null, 10, Token));
        }

        await using var again = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.First });
        Assert.NotNull(await again.Requests.ReadEnvelopeAsync(1, Token));
    }

    [Theory]
    [InlineData("UPDATE pages SET data = (SELECT data FROM pages WHERE id = 2) WHERE id = 1")]
    [InlineData("UPDATE pages SET data = substr(data, 1, 40) || iif(substr(data, 41, 1) = x'00', x'01', x'00') || substr(data, 42) WHERE id = 1")]
    [InlineData("UPDATE pages SET data = x'01020304' WHERE id = 1")]
    public async Task A_page_that_was_moved_or_changed_does_not_open(string change)
    {
        await using var harness = new SqliteHarness();
        await using (var store = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.First }))
        {
            await FillAsync(store);
            await store.Database.WriteAsync(
                Durability.Process,
                connection =>
                {
                    connection.Execute(change);
                    return 0;
                },
                Token);
        }

        await using var changed = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.First });
        var refusal = await Assert.ThrowsAsync<PayloadProtectionException>(() => changed.Requests.ReadEnvelopeAsync(1, Token));

        Assert.Contains("does not open", refusal.Message, StringComparison.Ordinal);
        Assert.NotNull((await changed.Requests.LoadAsync([1], Token))[0].Scope);
    }

    [Fact]
    public async Task A_database_of_the_schema_before_is_brought_up_to_date_with_all_it_holds()
    {
        await using var harness = new SqliteHarness();
        await using (var store = await harness.OpenSqliteAsync())
        {
            await FillAsync(store);
        }

        Downgrade(harness.Path);
        await using var after = await harness.OpenSqliteAsync(new SqliteStoreOptions { Protection = Keys.First });

        Assert.False((await after.Requests.LoadAsync([1], Token))[0].IsErased);
        Assert.NotNull(await after.Requests.ReadAnswerAsync(1, Token));
        await RewrapAsync(after, most: 10);
        Assert.Equal([Keys.Old.Id], (await after.Payloads.CountAsync(Token)).Select(p => p.KeyId));
    }

    // As the migrations before this one left it.
    private static void Downgrade(string path)
    {
        using var connection = Connection.Open(path, isReadOnly: false, TimeSpan.Zero);
        connection.Execute(
            """
            DROP TABLE payload_keys; DROP TABLE erasures; DROP TABLE leftovers; DROP TABLE moves;
            DROP INDEX batches_to_clean; CREATE INDEX batches_to_clean ON batches (clean_after) WHERE state = 7 AND is_cleaned = 0;
            DROP TABLE provider_switches; DROP TABLE batch_priorities; DROP TABLE queue_turns; DROP INDEX requests_to_send_by_profile;
            DROP TABLE decisions; DROP TABLE decision_contexts;
            DROP VIEW stored_entries; ALTER TABLE ledger DROP COLUMN reported_usd; CREATE VIEW stored_entries AS SELECT * FROM ledger;
            DELETE FROM migrations WHERE name >= '0004_protection';
            """);
    }

    private static async Task RewrapAsync(SqliteEngineStore store, int most)
    {
        string? next = null;
        do
        {
            next = (await store.Payloads.RewrapAsync(next, most, Token)).Next;
        }
        while (next is not null);
    }

    private static async Task FillAsync(SqliteEngineStore store)
    {
        var enqueued = await store.Requests.EnqueueAsync([Given.LiveRequest(Prompt)], Given.Now, Token);
        await store.Settlements.SettleAsync(
            [new Settlement { Sequence = enqueued[0].Sequence, Attempt = 0, Move = new SettlementMove.ToAnswered(Given.Answer(Answer), "stop"), Entry = Given.Entry(enqueued[0].Sequence, 0) }],
            null, Given.Now, Token);
        await store.Requests.EnqueueAsync([Given.LiveRequest("kept words", "another run")], Given.Now, Token);
    }

    private static async Task<bool> ContainsAsync(SqliteHarness harness, string text)
    {
        foreach (var path in new[] { harness.Path, harness.Path + "-wal" }.Where(File.Exists))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, Token);
            if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
