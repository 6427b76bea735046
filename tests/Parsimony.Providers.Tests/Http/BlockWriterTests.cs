using System.Buffers;

namespace Parsimony.Providers.Tests;

public sealed class BlockWriterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_all_bytes_in_their_order()
    {
        var random = new Random(3);
        var expected = new MemoryStream();
        using var stream = new SlowStream();
        await using (var output = new BlockWriter(stream))
        {
            for (var i = 0; i < 400; i++)
            {
                var bytes = new byte[random.Next(i % 50 == 0 ? 3_000_000 : 5_000)];
                random.NextBytes(bytes);
                expected.Write(bytes);
                output.Block.Write(bytes);
                Assert.Equal(expected.Length, output.Total);
                await output.WriteFullAsync(Token);
            }

            await output.EndAsync(Token);
        }

        Assert.Equal(expected.ToArray(), stream.Written.ToArray());
    }

    [Fact]
    public async Task The_next_block_is_filled_while_one_is_written()
    {
        var gate = new TaskCompletionSource();
        using var stream = new SlowStream(() => gate.Task);
        await using var output = new BlockWriter(stream);
        output.Block.Write(new byte[70_000]);
        await output.WriteFullAsync(Token);
        output.Block.Write(new byte[70_000]);
        var second = output.WriteFullAsync(Token);

        Assert.Equal(140_000, output.Total);
        Assert.False(second.IsCompleted);
        gate.SetResult();
        await second;
        await output.EndAsync(Token);
        Assert.Equal(140_000, stream.Written.Length);
    }

    [Fact]
    public async Task A_write_that_fails_is_told_at_the_next_one()
    {
        using var stream = new SlowStream(() => Task.FromException(new IOException("gone")));
        await using var output = new BlockWriter(stream);
        output.Block.Write(new byte[70_000]);
        await output.WriteFullAsync(Token);

        await Assert.ThrowsAsync<IOException>(() => output.EndAsync(Token));
    }

    /// <summary>Writes after something else has happened, one write at a time.</summary>
    private sealed class SlowStream(Func<Task>? before = null) : MemoryStream
    {
        private int _writing;

        public MemoryStream Written => this;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Assert.Equal(1, Interlocked.Increment(ref _writing));
            await Task.Yield();
            await (before?.Invoke() ?? Task.CompletedTask);
            Write(buffer.Span);
            Interlocked.Decrement(ref _writing);
        }
    }
}
