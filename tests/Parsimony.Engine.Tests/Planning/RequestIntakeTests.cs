namespace Parsimony.Engine.Tests;

public sealed class RequestIntakeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_chunks_are_accepted_in_their_order()
    {
        await using var world = new EngineWorld();
        var sequences = new List<long>();
        var texts = new List<string>();
        await foreach (var (items, requests) in world.Engine.Intake.EnqueueAllAsync(Chunks(7, 300), Request, Token))
        {
            Assert.Equal(300, requests.Count);
            texts.AddRange(items);
            sequences.AddRange(requests.Select(request => request.Sequence));
        }

        Assert.Equal(Enumerable.Range(0, 2_100).Select(i => $"question {i}"), texts);
        Assert.Equal(Enumerable.Range(1, 2_100).Select(i => (long)i), sequences);
    }

    [Fact]
    public async Task One_chunk_is_fetched_ahead_and_no_more()
    {
        await using var world = new EngineWorld();
        var fetched = 0;
        var accepted = 0;
        await foreach (var _ in world.Engine.Intake.EnqueueAllAsync(Chunks(5, 2, chunk => Volatile.Write(ref fetched, chunk + 1)), Request, Token))
        {
            accepted++;
            Assert.InRange(Volatile.Read(ref fetched), accepted, accepted + 1);
        }

        Assert.Equal(5, accepted);
    }

    [Fact]
    public async Task Chunks_before_a_failing_one_are_accepted_and_told()
    {
        await using var world = new EngineWorld();
        var accepted = 0;
        var failure = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var _ in world.Engine.Intake.EnqueueAllAsync(Chunks(5, 2, Break), Request, Token))
            {
                accepted++;
            }
        });

        Assert.Equal("row 6", failure.Message);
        Assert.Equal(3, accepted);
        Assert.Equal(6, (await world.Store.Runs.ReadTotalsAsync("run", Token))?.Total);

        static void Break(int chunk)
        {
            if (chunk == 3)
            {
                throw new InvalidDataException("row 6");
            }
        }
    }

    [Fact]
    public async Task The_source_is_closed_when_the_reader_leaves_early()
    {
        await using var world = new EngineWorld();
        var isClosed = false;
        await foreach (var _ in world.Engine.Intake.EnqueueAllAsync(Chunks(5, 2, closed: () => isClosed = true), Request, Token))
        {
            break;
        }

        Assert.True(isClosed);
        Assert.Equal(2, (await world.Store.Runs.ReadTotalsAsync("run", Token))?.Total);
    }

    private static async IAsyncEnumerable<IReadOnlyList<string>> Chunks(
        int count, int size, Action<int>? before = null, Action? closed = null)
    {
        try
        {
            for (var chunk = 0; chunk < count; chunk++)
            {
                await Task.Yield();
                before?.Invoke(chunk);
                var first = chunk * size;
                yield return [.. Enumerable.Range(first, size).Select(i => $"question {i}")];
            }
        }
        finally
        {
            closed?.Invoke();
        }
    }

    private static IntakeRequest Request(string text) => new()
    {
        Envelope = new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])] }.ToEnvelope(ModelId.Parse(EngineWorld.OpenAI)),
        Scope = "run",
        IsBulk = true,
    };
}
