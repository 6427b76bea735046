using System.Buffers;

namespace Parsimony.Providers;

/// <summary>Collects bytes in blocks; a full block is written to the stream while the next one is filled. Not thread safe.</summary>
internal sealed class BlockWriter(Stream stream) : IAsyncDisposable
{
    private const int BlockBytes = 64 * 1024;

    private ArrayBufferWriter<byte> _block = new(BlockBytes);
    private ArrayBufferWriter<byte> _other = new(BlockBytes);
    private Task _write = Task.CompletedTask;
    private long _written;

    /// <summary>The block that is being filled; another one after each call that writes.</summary>
    public ArrayBufferWriter<byte> Block => _block;

    /// <summary>All bytes so far, those of the block included.</summary>
    public long Total => _written + _block.WrittenCount;

    /// <summary>Starts writing the block if it is full.</summary>
    public ValueTask WriteFullAsync(CancellationToken cancellationToken) =>
        _block.WrittenCount >= BlockBytes ? new ValueTask(StartAsync(cancellationToken)) : ValueTask.CompletedTask;

    /// <summary>Writes what is left.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken).ConfigureAwait(false);
        await _write.ConfigureAwait(false);
    }

    /// <summary>Waits for a write that is under way, whatever becomes of it: its block must not be filled, nor its stream closed, before.</summary>
    public async ValueTask DisposeAsync() => await _write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await _write.ConfigureAwait(false);
        (_block, _other) = (_other, _block);
        _written += _other.WrittenCount;
        _write = stream.WriteAsync(_other.WrittenMemory, cancellationToken).AsTask();
        // A huge line must not keep a huge block for all that follow.
        if (_block.Capacity > BlockBytes * 16)
        {
            _block = new ArrayBufferWriter<byte>(BlockBytes);
        }

        _block.ResetWrittenCount();
    }
}
