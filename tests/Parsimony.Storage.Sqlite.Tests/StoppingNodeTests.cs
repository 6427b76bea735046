using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Sqlite.Tests;

/// <summary>Engines that stop, and what they leave.</summary>
public sealed class StoppingNodeTests : IAsyncDisposable
{
    private readonly SqliteHarness _harness = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task What_a_stopped_node_could_not_finish_is_taken_over_at_once()
    {
        await using var first = await _harness.OpenSqliteAsync();
        await using var second = await _harness.OpenSqliteAsync();
        var isSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var one = Node(first, "one", new OneProvider(async cancellationToken =>
        {
            isSent.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return OneProvider.Answer;
        }));
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var two = Node(second, "two", new OneProvider(async _ =>
        {
            await mayAnswer.Task;
            return OneProvider.Answer;
        }));
        using var stopOne = new CancellationTokenSource();
        using var stopTwo = new CancellationTokenSource();
        var request = (await first.Requests.EnqueueAsync([Given.LiveRequest() with { Deadline = null }], TimeProvider.System.GetUtcNow(), Token))[0];
        var runOne = one.RunAsync(stopOne.Token);
        await isSent.Task;
        var runTwo = two.RunAsync(stopTwo.Token);

        await stopOne.CancelAsync();
        await runOne;
        Assert.False(RequestMoves.IsFinal(Assert.Single(await second.Requests.LoadAsync([request.Sequence], Token)).State));
        mayAnswer.SetResult();
        // It was leased for a quarter of an hour.
        var reply = await two.Client.WaitAsync(request.Id, Token);

        Assert.Equal((RequestState.Answered, 2), (reply.Request.State, reply.Request.Attempt));
        await stopTwo.CancelAsync();
        await runTwo;
    }

    [Fact(Timeout = 300_000)]
    public async Task A_node_stops_and_says_why_when_its_store_is_migrated_too_far()
    {
        await using var store = await _harness.OpenSqliteAsync();
        await using var node = Node(store, "old", new OneProvider(_ => Task.FromResult(OneProvider.Answer)));
        await store.Database.WriteAsync(
            Durability.Process,
            connection =>
            {
                connection.Execute("INSERT INTO migrations (name) VALUES ('9998_next'), ('9999_after')");
                return 0;
            },
            Token);

        // Nobody tells it to stop.
        var failure = await Assert.ThrowsAsync<SqliteStoreException>(() => node.RunAsync(Token));

        Assert.Contains("'9999_after', which is newer than this version's", failure.Message, StringComparison.Ordinal);
        await using var free = await store.Lock.TryAcquireAsync(Token);
        Assert.NotNull(free);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private static EngineRuntime Node(IEngineStore store, string owner, OneProvider provider) => new(new EngineSetup
    {
        Store = store,
        Providers = provider,
        Owner = owner,
        Options = new EngineOptions { DrainTime = TimeSpan.Zero, IdlePause = TimeSpan.FromMilliseconds(50), WaitPollInterval = TimeSpan.FromMilliseconds(50) },
    });
}
