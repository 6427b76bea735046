using System.Diagnostics.CodeAnalysis;
using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>What one node does is heard by the others.</summary>
public sealed class NoticeTests(PostgresServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Work_and_outcomes_of_one_node_are_told_to_another()
    {
        var harness = new PostgresHarness(server);
        await using var one = await harness.OpenPostgresAsync();
        await using var two = await harness.OpenPostgresAsync();
        await using var heard = two.Notices.ListenAsync(Token).GetAsyncEnumerator(Token);
        Assert.Equal(StoreNotice.Listening, await NextAsync(heard));

        var accepted = await one.Requests.EnqueueAsync([Given.Request()], Given.Now, Token);
        Assert.Equal(StoreNotice.Work, await NextAsync(heard));

        await one.Settlements.SettleAsync([Answered(accepted[0].Sequence)], null, Given.Now, Token);
        Assert.Equal(StoreNotice.Ended, await NextAsync(heard));
    }

    [Fact(Timeout = 300_000)]
    public async Task Stores_in_other_schemas_are_not_heard()
    {
        var mine = new PostgresHarness(server);
        var theirs = new PostgresHarness(server);
        await using var one = await mine.OpenPostgresAsync();
        await using var other = await theirs.OpenPostgresAsync();
        await using var heard = one.Notices.ListenAsync(Token).GetAsyncEnumerator(Token);
        Assert.Equal(StoreNotice.Listening, await NextAsync(heard));

        await other.Requests.EnqueueAsync([Given.Request()], Given.Now, Token);
        var next = NextAsync(heard);
        await one.Requests.EnqueueAsync([Given.Request("mine")], Given.Now, Token);

        Assert.Equal(StoreNotice.Work, await next);
        Assert.Null(await one.Runs.ReadTotalsAsync("another", Token));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_waiter_of_one_node_is_woken_by_another_long_before_it_would_look()
    {
        await using var nodes = await TwoNodes.StartAsync(server);
        var (id, sequence) = await nodes.AcceptAsync();
        var wait = nodes.Two.Client.WaitAsync(id, Token);
        await nodes.HeardAsync();

        await nodes.SettleAsync(sequence);

        Assert.Equal(RequestState.Answered, (await wait).Request.State);
    }

    [Fact(Timeout = 300_000)]
    public async Task Listening_goes_on_after_its_connection_was_ended()
    {
        await using var nodes = await TwoNodes.StartAsync(server);
        var (id, sequence) = await nodes.AcceptAsync();
        var wait = nodes.Two.Client.WaitAsync(id, Token);
        await nodes.HeardAsync();

        await nodes.EndListenersAsync();
        await nodes.HeardAsync();
        await nodes.SettleAsync(sequence);

        Assert.Equal(RequestState.Answered, (await wait).Request.State);
    }

    private static async Task<StoreNotice> NextAsync(IAsyncEnumerator<StoreNotice> heard)
    {
        Assert.True(await heard.MoveNextAsync());
        return heard.Current;
    }

    private static Settlement Answered(long sequence) => new()
    {
        Sequence = sequence,
        Attempt = 1,
        Move = new SettlementMove.ToAnswered(Given.Answer(), "stop"),
        Entry = Given.Entry(sequence, 1, 0.002m),
    };

    /// <summary>Two engines on one database; the second looks for answers by itself only once a day.</summary>
    private sealed class TwoNodes(string database, PostgresEngineStore first, PostgresEngineStore second) : IAsyncDisposable
    {
        internal EngineRuntime Two { get; } = new(new EngineSetup
        {
            Store = second,
            Providers = new NoProviders(),
            Options = new EngineOptions { WaitPollInterval = TimeSpan.FromDays(1) },
        });

        internal static async Task<TwoNodes> StartAsync(PostgresServer server)
        {
            var harness = new PostgresHarness(server);
            var database = await harness.ConnectAsync();
            return new TwoNodes(database, await harness.OpenPostgresAsync(), await harness.OpenPostgresAsync());
        }

        public async ValueTask DisposeAsync()
        {
            await Two.DisposeAsync();
            await second.DisposeAsync();
            await first.DisposeAsync();
        }

        internal async Task<(RequestId Id, long Sequence)> AcceptAsync()
        {
            var accepted = await first.Requests.EnqueueAsync([Given.Request()], Given.Now, Token);
            return (accepted[0].Id, accepted[0].Sequence);
        }

        internal Task SettleAsync(long sequence) => first.Settlements.SettleAsync([Answered(sequence)], null, Given.Now, Token);

        internal Task<List<bool>> EndListenersAsync() => Probe.ListAsync<bool>(database, $"SELECT pg_terminate_backend(pid) {Listeners}");

        /// <summary>Until a connection of this database listens, and nothing of before is still under way.</summary>
        internal async Task HeardAsync()
        {
            while (await Probe.ScalarAsync<long>(database, $"SELECT count(*) {Listeners}") == 0)
            {
                await Task.Yield();
            }
        }

        private const string Listeners = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%LISTEN%' AND state = 'idle' AND pid <> pg_backend_pid()";
    }

    private sealed class NoProviders : IProviderRegistry
    {
        public IReadOnlyCollection<IProvider> All => [];

        public bool TryFind(ProviderId id, string credentialName, [NotNullWhen(true)] out IProvider? provider)
        {
            provider = null;
            return false;
        }

        public bool TryFind(ProviderId id, [NotNullWhen(true)] out IProvider? provider) => TryFind(id, "", out provider);
    }
}
