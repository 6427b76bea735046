using Parsimony.Providers;
using Parsimony.Storage.Sqlite;
using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

/// <summary>An engine without the key of what it is to send.</summary>
public sealed class ProtectedPayloadTests : IAsyncDisposable
{
    private static readonly ProtectionKey First = ProtectionKey.Parse(new string('1', 64));
    private static readonly ProtectionKey Second = ProtectionKey.Parse(new string('2', 64));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-protected-");
    private readonly FakeProvider _provider = new(ProviderId.OpenAI);
    private readonly ManualClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Requests_wait_for_their_key_and_nothing_is_booked()
    {
        await using (var store = await OpenAsync(new PayloadProtection(First)))
        {
            await store.Requests.EnqueueAsync([Given.LiveRequest("live"), Given.Request("batched")], _clock.GetUtcNow(), Token);
            await store.Batches.FlushAsync(null, _clock.GetUtcNow(), Token);
        }

        await using (var store = await OpenAsync(new PayloadProtection(Second)))
        {
            await using var engine = Start(store);
            for (var round = 0; round < 5; round++)
            {
                await RunAsync(engine);
            }

            Assert.Empty(_provider.LiveCalls);
            Assert.Empty(_provider.Fake.Creates);
            var waiting = await store.Requests.LoadAsync([1, 2], Token);
            Assert.Equal([RequestState.Queued, RequestState.Batched], waiting.OrderBy(r => r.Sequence).Select(r => r.State));
            Assert.Equal(Reasons.Protected, waiting.Single(r => r.Sequence == 1).Reason);
            Assert.Equal((0, 0), (waiting[0].Sends, waiting[0].Uncertain));
            Assert.Equal("payload.protected", (await store.Batches.ListOpenAsync(null, 1, Token))[0].FailureCode);
            Assert.Empty(await store.Ledger.ReadRequestAsync(1, Token));
        }

        await using (var store = await OpenAsync(new PayloadProtection(Second, First)))
        {
            await using var engine = Start(store);
            await RunAsync(engine);

            Assert.Single(_provider.LiveCalls);
            Assert.Equal([1], _provider.Fake.Creates);
        }
    }

    [Fact]
    public async Task The_pruner_brings_payloads_under_the_current_key()
    {
        await using (var store = await OpenAsync(new PayloadProtection(First)))
        {
            await store.Requests.EnqueueAsync([Given.LiveRequest("live")], _clock.GetUtcNow(), Token);
        }

        await using var rotated = await OpenAsync(new PayloadProtection(Second, First));
        await using var engine = Start(rotated);
        await new Pruner(engine.Context).RunOnceAsync(_clock.GetUtcNow(), Token);

        Assert.Equal([new ProtectedPages(Second.Id, 1)], await rotated.Payloads.CountAsync(Token));
    }

    private Task<SqliteEngineStore> OpenAsync(PayloadProtection protection) => SqliteEngineStore.OpenAsync(
        Path.Combine(_folder.FullName, "parsimony.db"), new SqliteStoreOptions { Protection = protection }, _clock, Token);

    private EngineRuntime Start(SqliteEngineStore store) => new(new EngineSetup { Store = store, Providers = new ProviderRegistry([_provider]), Clock = _clock });

    private async Task RunAsync(EngineRuntime engine)
    {
        _clock.Advance(TimeSpan.FromMinutes(6));
        await new Sender(engine.Context, 1).RunOnceAsync(_clock.GetUtcNow(), Token);
        await new Submitter(engine.Context).RunOnceAsync(_clock.GetUtcNow(), Token);
    }
}
