using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>Exports and imports: whole or not at all, and never two engines for the same work.</summary>
public sealed class StoreMoveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_arrives_and_the_work_goes_on_there()
    {
        await using var harness = new SqliteHarness();
        await using var source = await harness.OpenSqliteAsync();
        await FilledStore.FillAsync(source);
        using var file = new MemoryStream();

        var exported = await StoreMove.ExportAsync(source, file, clock: harness.Clock, cancellationToken: Token);
        await using var target = SqliteEngineStore.OpenInMemory(clock: harness.Clock);
        file.Position = 0;
        var imported = await StoreMove.ImportAsync(target, file, clock: harness.Clock, cancellationToken: Token);

        Assert.Equal((exported.Hash, exported.CostUsd), (imported.Hash, imported.CostUsd));
        Assert.Equal(6, exported.Rows["requests"]);
        Assert.Equal(await source.Runs.ReadTotalsAsync("run", Token), await target.Runs.ReadTotalsAsync("run", Token));
        Assert.Equal((await source.Requests.ReadAnswerAsync(1, Token))?.ToArray(), (await target.Requests.ReadAnswerAsync(1, Token))?.ToArray());
        Assert.Equal((await source.Requests.LoadAsync([1], Token))[0], (await target.Requests.LoadAsync([1], Token))[0]);
        // The same question in the same scope is known there, and new work is numbered after the old.
        var again = await target.Requests.EnqueueAsync([Given.Request("text 0"), Given.Request("new")], Given.Now, Token);
        Assert.Equal([(1L, false), (7L, true)], again.Select(request => (request.Sequence, request.IsNew)));
        Assert.Equal(2, (await target.Batches.ListOpenAsync(null, 10, Token)).Count);
        Assert.Single(await ReadAllAsync(target, "run"));
        Assert.Equal([FilledStore.Held], await target.Switches.ReadAsync(Token));
        foreach (var sequence in (long[])[1, 3, 6])
        {
            Assert.Equal(await source.Requests.ReadDecisionAsync(sequence, Token), await target.Requests.ReadDecisionAsync(sequence, Token));
            Assert.NotNull(await target.Requests.ReadDecisionAsync(sequence, Token));
        }
    }

    [Fact]
    public async Task Without_open_work_no_decision_stays_whose_number_another_request_will_have()
    {
        await using var harness = new SqliteHarness();
        await using var source = await harness.OpenSqliteAsync();
        await FilledStore.FillAsync(source);
        using var file = new MemoryStream();

        await StoreMove.ExportAsync(source, file, new StoreMoveOptions { OnlyEnded = true }, harness.Clock, Token);
        await using var target = SqliteEngineStore.OpenInMemory(clock: harness.Clock);
        file.Position = 0;
        await StoreMove.ImportAsync(target, file, clock: harness.Clock, cancellationToken: Token);

        Assert.NotNull(await target.Requests.ReadDecisionAsync(1, Token));
        var next = (await target.Requests.EnqueueAsync([Given.Request("new")], Given.Now, Token))[0].Sequence;
        Assert.NotNull(await source.Requests.ReadDecisionAsync(next, Token));
        Assert.Null(await target.Requests.ReadDecisionAsync(next, Token));
    }

    [Fact]
    public async Task An_exported_store_refuses_every_change_until_its_mark_is_taken_back()
    {
        await using var harness = new SqliteHarness();
        await using var source = await harness.OpenSqliteAsync();
        await using var other = await harness.OpenSqliteAsync();
        await FilledStore.FillAsync(source);
        await StoreMove.ExportAsync(source, Stream.Null, cancellationToken: Token);

        var refusal = await Assert.ThrowsAsync<SqliteStoreException>(() => source.Lock.TryAcquireAsync(Token));
        Assert.Contains("exported on", refusal.Message, StringComparison.Ordinal);
        refusal = await Assert.ThrowsAsync<SqliteStoreException>(() => other.Requests.EnqueueAsync([Given.Request("late")], Given.Now, Token));
        Assert.Contains("goes on elsewhere", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SqliteStoreException>(() => other.Batches.FlushAsync(null, Given.Now, Token));
        await Assert.ThrowsAsync<StoreMoveException>(() => StoreMove.ExportAsync(source, Stream.Null, cancellationToken: Token));
        Assert.Equal(5, (await source.Runs.ReadTotalsAsync("run", Token))?.Total);

        Assert.NotNull(await StoreMove.ExportAsync(source, Stream.Null, new StoreMoveOptions { Again = true }, cancellationToken: Token));
        Assert.True(await StoreMove.ReleaseAsync(source, Token));
        Assert.False(await StoreMove.ReleaseAsync(source, Token));
        Assert.True((await other.Requests.EnqueueAsync([Given.Request("late")], Given.Now, Token))[0].IsNew);
        await using var held = await source.Lock.TryAcquireAsync(Token);
        Assert.NotNull(held);
    }

    [Fact]
    public async Task A_store_with_a_running_engine_is_not_exported()
    {
        await using var harness = new SqliteHarness();
        await using var source = await harness.OpenSqliteAsync();
        await using var engine = await source.Lock.TryAcquireAsync(Token);

        var refusal = await Assert.ThrowsAsync<StoreMoveException>(() => StoreMove.ExportAsync(source, Stream.Null, cancellationToken: Token));

        Assert.Contains("engine runs", refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(await StoreMove.ExportAsync(source, Stream.Null, new StoreMoveOptions { OnlyEnded = true }, cancellationToken: Token));
    }

    [Fact]
    public async Task A_snapshot_leaves_open_work_out_and_the_store_as_it_is()
    {
        await using var harness = new SqliteHarness();
        await using var source = await harness.OpenSqliteAsync();
        await FilledStore.FillAsync(source);
        using var file = new MemoryStream();

        await StoreMove.ExportAsync(source, file, new StoreMoveOptions { OnlyEnded = true }, cancellationToken: Token);
        await using var target = SqliteEngineStore.OpenInMemory();
        file.Position = 0;
        await StoreMove.ImportAsync(target, file, cancellationToken: Token);

        Assert.True((await source.Requests.EnqueueAsync([Given.Request("goes on")], Given.Now, Token))[0].IsNew);
        Assert.Empty(await target.Batches.ListOpenAsync(null, 10, Token));
        var totals = await target.Runs.ReadTotalsAsync("run", Token);
        Assert.Equal((2L, 1L, 0L), (totals?.Total, totals?.Answered, totals?.Open));
    }

    [Fact]
    public async Task An_export_that_breaks_off_leaves_the_store_working()
    {
        await using var harness = new SqliteHarness();
        await using var source = await harness.OpenSqliteAsync();
        await FilledStore.FillAsync(source);

        await Assert.ThrowsAsync<ArgumentException>(() => StoreMove.ExportAsync(source, new MemoryStream([], writable: false), cancellationToken: Token));

        Assert.True((await source.Requests.EnqueueAsync([Given.Request("goes on")], Given.Now, Token))[0].IsNew);
    }

    [Fact]
    public async Task Only_an_empty_store_takes_an_import()
    {
        await using var harness = new SqliteHarness();
        await using var source = await harness.OpenSqliteAsync();
        await FilledStore.FillAsync(source);
        using var file = new MemoryStream();
        await StoreMove.ExportAsync(source, file, new StoreMoveOptions { OnlyEnded = true }, cancellationToken: Token);
        file.Position = 0;

        var refusal = await Assert.ThrowsAsync<StoreMoveException>(() => StoreMove.ImportAsync(source, file, cancellationToken: Token));

        Assert.Contains("not empty", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, "cut off")]
    [InlineData(0.0, "no export")]
    public async Task A_file_that_was_cut_off_is_refused_and_nothing_is_kept(double share, string why)
    {
        await using var harness = new SqliteHarness();
        await using var source = await harness.OpenSqliteAsync();
        await FilledStore.FillAsync(source);
        using var file = new MemoryStream();
        await StoreMove.ExportAsync(source, file, new StoreMoveOptions { OnlyEnded = true, Protection = Keys.First }, cancellationToken: Token);
        await using var target = SqliteEngineStore.OpenInMemory();

        using var part = new MemoryStream(file.ToArray()[..(int)(file.Length * share)]);
        var refusal = await Assert.ThrowsAsync<StoreMoveException>(() => StoreMove.ImportAsync(target, part, Keys.First, cancellationToken: Token));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        file.Position = 0;
        Assert.NotNull(await StoreMove.ImportAsync(target, file, Keys.First, cancellationToken: Token));
    }

    [Fact]
    public async Task A_sealed_export_needs_its_key_and_shows_nothing_without()
    {
        await using var harness = new SqliteHarness();
        await using var source = await harness.OpenSqliteAsync();
        await FilledStore.FillAsync(source);
        using var file = new MemoryStream();
        await StoreMove.ExportAsync(source, file, new StoreMoveOptions { Protection = Keys.First }, cancellationToken: Token);
        await using var target = SqliteEngineStore.OpenInMemory();

        file.Position = 0;
        var missing = await Assert.ThrowsAsync<PayloadProtectionException>(() => StoreMove.ImportAsync(target, file, cancellationToken: Token));
        Assert.Equal(Keys.Old.Id, missing.KeyId);
        var changed = file.ToArray();
        changed[^20] ^= 1;
        await Assert.ThrowsAsync<PayloadProtectionException>(() => StoreMove.ImportAsync(target, new MemoryStream(changed), Keys.First, cancellationToken: Token));
        file.Position = 0;
        Assert.NotNull(await StoreMove.ImportAsync(target, file, Keys.Rotated, cancellationToken: Token));
    }

    private static async Task<List<RunResult>> ReadAllAsync(SqliteEngineStore store, string scope)
    {
        var results = new List<RunResult>();
        await foreach (var result in store.Runs.ReadResultsAsync(scope, Token))
        {
            if (result.Answer is not null)
            {
                results.Add(result);
            }
        }

        return results;
    }
}
