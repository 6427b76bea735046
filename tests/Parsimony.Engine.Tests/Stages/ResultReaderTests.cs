namespace Parsimony.Engine.Tests;

/// <summary>With one line in a chunk, a window is ten lines.</summary>
public sealed class ResultReaderTests
{
    private const int Window = 10;

    [Fact]
    public async Task Reads_the_next_window_while_one_is_settled_and_no_more()
    {
        await using var world = Open();
        var download = await DownloadAsync(world, 4 * Window, batch => StageWorld.Lines(batch, Sequences(4 * Window)));
        var settled = 0;
        world.Reached = point =>
        {
            if (point == EffectPoint.CollectChunkBefore)
            {
                var begun = settled / Window;
                Assert.True(begun == 3 || download.Wait((begun + 2) * Window), "The next window was not read meanwhile.");
                Assert.InRange(download.Read, 0, (begun + 2) * Window);
                settled++;
            }
        };

        await world.RunAsync("collector");

        Assert.Equal(4 * Window, settled);
        await AssertAllAnsweredOnceAsync(world, 4 * Window);
    }

    [Fact]
    public async Task Reads_nothing_beside_answers_of_many_megabytes()
    {
        await using var world = Open();
        var large = FakeBatches.Answer with { Body = new byte[16_000_001] };
        var download = await DownloadAsync(world, 3, batch => StageWorld.Lines(batch, Sequences(3)).Select(line => line with { Answer = large }));
        var settled = 0;
        world.Reached = point =>
        {
            if (point == EffectPoint.CollectChunkAfter)
            {
                Assert.Equal(++settled, download.Read);
            }
        };

        await world.RunAsync("collector");

        await AssertAllAnsweredOnceAsync(world, 3);
    }

    [Fact]
    public async Task A_line_that_comes_again_in_the_next_window_changes_nothing()
    {
        await using var world = Open();
        var download = await DownloadAsync(world, Window + 2, batch =>
        [
            .. StageWorld.Lines(batch, Sequences(Window)),
            .. StageWorld.Lines(batch, Sequences(Window / 2)),
            .. StageWorld.Lines(batch, Sequences(Window)).Skip(Window / 2).Select(Refused),
            .. StageWorld.Lines(batch, [Window + 1, Window + 2]),
        ]);
        world.Reached = point => Assert.True(point != EffectPoint.CollectChunkBefore || download.Wait(2 * Window));

        await world.RunAsync("collector");

        await AssertAllAnsweredOnceAsync(world, Window + 2);
    }

    [Fact]
    public async Task An_answer_in_the_next_window_is_kept_although_its_request_was_put_back_meanwhile()
    {
        await using var world = Open();
        await DownloadAsync(world, Window, batch =>
        [
            .. StageWorld.Lines(batch, Sequences(Window)).Select(line => line with { Kind = BatchLineKind.Expired, Answer = null }),
            .. StageWorld.Lines(batch, Sequences(Window)),
        ]);

        await world.RunAsync("collector");

        await AssertAllAnsweredOnceAsync(world, Window);
    }

    [Theory]
    [InlineData(EffectPoint.CollectChunkBefore, 1)]
    [InlineData(EffectPoint.CollectChunkAfter, 1)]
    [InlineData(EffectPoint.CollectChunkAfter, Window)]
    [InlineData(EffectPoint.CollectChunkBefore, Window + 1)]
    public async Task What_a_crash_left_is_collected_from_the_start(string point, int occurrence)
    {
        await using var world = Open();
        var download = await DownloadAsync(world, 3 * Window, batch => StageWorld.Lines(batch, Sequences(3 * Window)));
        world.Reached = reached =>
        {
            if (reached == point && --occurrence == 0)
            {
                throw new InvalidOperationException("The process ends here.");
            }
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.RunAsync("collector"));
        Assert.True(download.IsOver);

        world.Reached = static _ => { };
        world.Start();
        await world.RunAsync("collector", TimeSpan.FromMinutes(16));

        await AssertAllAnsweredOnceAsync(world, 3 * Window);
    }

    [Fact]
    public async Task A_lost_lease_ends_the_reading_ahead()
    {
        await using var world = Open();
        var download = await DownloadAsync(world, 3 * Window, batch => StageWorld.Lines(batch, Sequences(3 * Window)));
        var settled = 0;
        world.Reached = point =>
        {
            if (point == EffectPoint.CollectChunkAfter && ++settled == Window)
            {
                world.Clock.Advance(TimeSpan.FromMinutes(16));
                Assert.Single(world.Store.Batches.ClaimForCollectAsync(new Lease("other", world.Now.AddMinutes(15)), 1, world.Now, CancellationToken.None).GetAwaiter().GetResult());
            }
        };

        await world.RunAsync("collector");

        Assert.True(download.IsOver);
        Assert.Equal(Window, (await world.RequestsAsync(3 * Window)).Count(request => request.State == RequestState.Answered));
        Assert.Equal(Window, (await world.LedgerAsync()).Count);
    }

    [Fact]
    public async Task What_came_before_a_download_broke_is_settled()
    {
        await using var world = Open();
        await DownloadAsync(world, 2 * Window, batch => StageWorld.Lines(batch, Sequences(2 * Window)).Select(line => line.CustomId == CustomId.Write(batch.Key, Window + 5, 1)
            ? throw new ProviderException(ProviderId.OpenAI, new ProviderFailure(FailureStage.Collect, FailureCause.Transport))
            : line));

        await world.RunAsync("collector");

        var requests = await world.RequestsAsync(2 * Window);
        Assert.All(requests.Take(Window), request => Assert.Equal(RequestState.Answered, request.State));
        Assert.All(requests.Skip(Window), request => Assert.Equal(RequestState.Batched, request.State));
    }

    private static StageWorld Open() => new(new EngineOptions { SettleChunk = 1 });

    private static IEnumerable<long> Sequences(int count) => Enumerable.Range(1, count).Select(number => (long)number);

    private static BatchLine Refused(BatchLine line) =>
        line with { Kind = BatchLineKind.Failed, Answer = null, Failure = new ProviderFailure(FailureStage.Item, FailureCause.InvalidRequest, 400) };

    private static async Task<Download> DownloadAsync(StageWorld world, int count, Func<Batch, IEnumerable<BatchLine>> lines)
    {
        var batch = await world.RunningAsync(count);
        var download = new Download();
        world.Batches.Poll = FakeBatches.Ended;
        world.Batches.Results = _ => download.Of(lines(batch));
        await world.RunAsync("poller", TimeSpan.FromMinutes(2));
        return download;
    }

    private static async Task AssertAllAnsweredOnceAsync(StageWorld world, int count)
    {
        Assert.All(await world.RequestsAsync(count), request => Assert.Equal(RequestState.Answered, request.State));
        Assert.Equal(Sequences(count), (await world.LedgerAsync()).Select(row => row.Entry.Sequence).Order());
        Assert.Equal((count, 0L, 0m), await world.TotalsAsync() is var totals ? (totals.Answered, totals.Open, totals.ReservedUsd) : default);
        Assert.Equal(BatchState.Collected, (await world.BatchAsync(1)).State);
    }

    /// <summary>Lines that note how far they were read.</summary>
    private sealed class Download
    {
        private int _read;

        public int Read => Volatile.Read(ref _read);

        public bool IsOver { get; private set; }

        public IEnumerable<BatchLine> Of(IEnumerable<BatchLine> lines)
        {
            try
            {
                foreach (var line in lines)
                {
                    Interlocked.Increment(ref _read);
                    yield return line;
                }
            }
            finally
            {
                IsOver = true;
            }
        }

        public bool Wait(int lines) => SpinWait.SpinUntil(() => Read >= lines, TimeSpan.FromMinutes(5));
    }
}
