using Parsimony.Engine;
using Parsimony.Storage.Sqlite.Tests;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>Engines that stop, and what they leave.</summary>
public sealed class StoppingNodeTests(PostgresServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task What_a_stopped_node_could_not_finish_is_taken_over_at_once()
    {
        var database = await server.CreateDatabaseAsync();
        await using var first = await PostgresEngineStore.OpenAsync(database, null, null, Token);
        await using var second = await PostgresEngineStore.OpenAsync(database, null, null, Token);
        var isSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var one = Node(first, "one", new OneProvider(async cancellationToken =>
        {
            isSent.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return OneProvider.Answer;
        }));
        await using var two = Node(second, "two", new OneProvider(_ => Task.FromResult(OneProvider.Answer)));
        using var stopOne = new CancellationTokenSource();
        using var stopTwo = new CancellationTokenSource();
        var request = (await first.Requests.EnqueueAsync([Given.LiveRequest() with { Deadline = null }], TimeProvider.System.GetUtcNow(), Token))[0];
        var runOne = one.RunAsync(stopOne.Token);
        await isSent.Task;
        var runTwo = two.RunAsync(stopTwo.Token);
        var wait = two.Client.WaitAsync(request.Id, Token);
        while ((await second.Nodes.ListAsync(Token)).Count < 2)
        {
            await Task.Yield();
        }

        // A node that works beside it leaves it alone.
        Assert.Equal((RequestState.Sending, 1), Assert.Single(await second.Requests.LoadAsync([request.Sequence], Token)) is var sending ? (sending.State, sending.Attempt) : default);
        await stopOne.CancelAsync();
        await runOne;

        // It was leased for a quarter of an hour.
        var reply = await wait;
        Assert.Equal((RequestState.Answered, 2), (reply.Request.State, reply.Request.Attempt));
        await stopTwo.CancelAsync();
        await runTwo;
    }

    private static EngineRuntime Node(IEngineStore store, string owner, OneProvider provider) => new(new EngineSetup
    {
        Store = store,
        Providers = provider,
        Owner = owner,
        Options = new EngineOptions { DrainTime = TimeSpan.Zero, IdlePause = TimeSpan.FromMilliseconds(50), WaitPollInterval = TimeSpan.FromMilliseconds(50) },
    });
}
