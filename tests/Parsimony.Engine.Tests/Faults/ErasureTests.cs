using System.Globalization;
using System.Net;
using System.Text.Json;
using Parsimony.Sandbox;

namespace Parsimony.Engine.Tests;

/// <summary>What becomes of erased requests, here and at the simulated providers.</summary>
public sealed class ErasureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_of_erased_items_alone_is_cancelled_and_its_files_are_deleted()
    {
        await using var world = new EngineWorld();
        await world.AskAsync(5);
        await world.UntilBatchAsync(BatchState.Running);
        Assert.NotEmpty(await FilesAsync(world));

        var erasure = await EraseAsync(world, ErasureSubject.Run, "run");
        await world.SettleAsync();
        await world.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal((5L, 5L), (erasure.Requests, erasure.Marked));
        Assert.Empty(await FilesAsync(world));
        Assert.All(await world.RequestsAsync(), request => Assert.True(request is { IsErased: true, State: RequestState.Cancelled or RequestState.Answered }));
        await AssertGoneAsync(world, await world.RequestsAsync());
        await world.AssertBooksAgreeAsync();
    }

    [Fact]
    public async Task A_mixed_batch_goes_on_for_the_others_and_its_files_are_deleted_when_it_ended()
    {
        await using var world = new EngineWorld();
        await world.AskAsync(5);
        await world.UntilBatchAsync(BatchState.Running);
        var erased = (await world.RequestsAsync())[2];

        await EraseAsync(world, ErasureSubject.Request, erased.Id.ToString());
        await world.SettleAsync();
        await world.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(5, world.BatchLinesBought);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Answered, request.State));
        await AssertGoneAsync(world, [(await world.RequestsAsync())[2]]);
        Assert.NotNull(await world.Store.Requests.ReadAnswerAsync(1, Token));
        Assert.Equal(5, (await world.EntriesAsync()).Count);
        Assert.Empty(await FilesAsync(world));
        await world.AssertBooksAgreeAsync();
    }

    [Fact]
    public async Task A_batch_that_can_be_deleted_is_deleted_itself()
    {
        await using var world = new EngineWorld();
        await world.AskAsync(3, EngineWorld.Anthropic);
        var batch = await world.UntilBatchAsync(BatchState.Running);

        await EraseAsync(world, ErasureSubject.Run, "run");
        await world.SettleAsync();
        await world.PassAsync(TimeSpan.FromHours(1));

        using var client = Client(world);
        using var reply = await client.GetAsync(new Uri($"http://anthropic.sandbox/v1/messages/batches/{batch.ProviderBatchId}"), Token);
        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        await AssertGoneAsync(world, await world.RequestsAsync());
    }

    [Fact]
    public async Task Input_that_was_uploaded_and_never_used_is_deleted()
    {
        await using var world = new EngineWorld();
        world.Fault("rate_limited", "batch.create", "\"times\":3");
        await world.AskAsync(4);
        await world.UntilBatchAsync(BatchState.Sealed);
        for (var step = 0; step < 200 && (await FilesAsync(world)).Count == 0; step++)
        {
            await world.PassAsync(TimeSpan.FromSeconds(30));
        }

        Assert.NotEmpty(await FilesAsync(world));
        await EraseAsync(world, ErasureSubject.Run, "run");
        await world.PassAsync(TimeSpan.FromHours(2));

        Assert.Empty(await FilesAsync(world));
        Assert.Equal(0, world.BatchesBought);
        Assert.All(await world.RequestsAsync(), request => Assert.Equal(RequestState.Cancelled, request.State));
    }

    [Fact]
    public async Task An_erasure_that_was_cut_short_is_finished_by_the_engine()
    {
        await using var world = new EngineWorld();
        await world.AskAsync(3, isLive: true);
        await world.SettleAsync();
        var begun = await world.Store.Payloads.BeginErasureAsync(ErasureSubject.Run, "run", "tester", world.Clock.GetUtcNow(), Token);
        await world.Store.Payloads.EraseAsync(begun.Id, 1, world.Clock.GetUtcNow(), Token);

        await new Pruner(world.Engine.Context).RunOnceAsync(world.Clock.GetUtcNow(), Token);

        await AssertGoneAsync(world, await world.RequestsAsync());
        Assert.Empty(await world.Store.Payloads.ListErasuresAsync(onlyOpen: true, 1, Token));
        var failure = await Assert.ThrowsAsync<RequestFailedException>(
            async () => (await world.Engine.Client.WaitAsync((await world.RequestsAsync())[0].Id, Token)).RequireBody());
        Assert.Contains("erased", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<Erasure> EraseAsync(EngineWorld world, ErasureSubject kind, string subject)
    {
        var now = world.Clock.GetUtcNow();
        var erasure = await world.Store.Payloads.BeginErasureAsync(kind, subject, "tester", now, Token);
        return await world.Store.Payloads.EraseAsync(erasure.Id, 1_000, now, Token) ?? throw new InvalidOperationException("No record.");
    }

    private static async Task AssertGoneAsync(EngineWorld world, IReadOnlyList<StoredRequest> requests)
    {
        foreach (var request in requests)
        {
            Assert.True(request.IsErased, request.Sequence.ToString(CultureInfo.InvariantCulture));
            Assert.Null(await world.Store.Requests.ReadEnvelopeAsync(request.Sequence, Token));
            Assert.Null(await world.Store.Requests.ReadAnswerAsync(request.Sequence, Token));
        }
    }

    private static async Task<List<string?>> FilesAsync(EngineWorld world)
    {
        using var client = Client(world);
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri("http://openai.sandbox/v1/files"), Token));
        return [.. document.RootElement.GetProperty("data").EnumerateArray().Select(file => file.GetProperty("id").GetString())];
    }

    private static HttpClient Client(EngineWorld world)
    {
        var client = new HttpClient(new SandboxMessageHandler(world.Sandbox));
        client.DefaultRequestHeaders.Authorization = new("Bearer", "simulated");
        client.DefaultRequestHeaders.Add("x-api-key", "simulated");
        client.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        return client;
    }
}
