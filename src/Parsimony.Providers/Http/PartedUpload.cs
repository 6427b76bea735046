using System.Buffers;

namespace Parsimony.Providers;

/// <summary>A stream whose bytes go to an object store part by part; one part in memory. Nothing is there before <see cref="FinishAsync"/>. Not thread safe.</summary>
internal abstract class PartedUpload(int partBytes) : Stream
{
    /// <summary>Bytes of a part where the store leaves the choice.</summary>
    public const int UsualPartBytes = 8 * 1024 * 1024;

    private const int FirstBytes = 256 * 1024;

    // What small batches need is kept for the next one; a whole part is not, so that nothing large stays behind a large batch.
    private const int MostKeptBytes = 2 * 1024 * 1024;

    private byte[] _part = [];
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            // Only when more comes is a full part sent: the last one is told apart by every store.
            if (_filled == partBytes)
            {
                await SendPartAsync(_part.AsMemory(0, partBytes), isLast: false, cancellationToken).ConfigureAwait(false);
                _filled = 0;
            }
            else if (_filled == _part.Length)
            {
                Grow();
            }

            var taken = Math.Min(buffer.Length, Math.Min(partBytes, _part.Length) - _filled);
            buffer[..taken].CopyTo(_part.AsMemory(_filled));
            _filled += taken;
            buffer = buffer[taken..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Sends the rest and makes the object.</summary>
    /// <exception cref="ProviderException">The store did not take it.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await SendPartAsync(_part.AsMemory(0, _filled), isLast: true, cancellationToken).ConfigureAwait(false);

        // Given back only now that the store has all of it: a part that failed may still be on its way, and nobody may write over it.
        var sent = _part;
        (_part, _filled) = ([], 0);
        Keep(sent);
    }

    /// <summary>Gives up what was begun and not finished, as far as that is possible.</summary>
    public virtual Task AbandonAsync() => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write it asynchronously.");

    private void Grow()
    {
        var small = _part;
        _part = ArrayPool<byte>.Shared.Rent(Math.Min(partBytes, Math.Max(FirstBytes, 2 * small.Length)));
        small.CopyTo(_part, 0);
        Keep(small);
    }

    private static void Keep(byte[] part)
    {
        if (part.Length is > 0 and <= MostKeptBytes)
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }

    /// <summary>Sends a part; with the last one the object is made.</summary>
    protected abstract Task SendPartAsync(ReadOnlyMemory<byte> part, bool isLast, CancellationToken cancellationToken);
}
