namespace Parsimony.Providers;

/// <summary>A stream whose bytes go to an object store part by part; one part in memory. Nothing is there before <see cref="FinishAsync"/>. Not thread safe.</summary>
internal abstract class PartedUpload(int partBytes) : Stream
{
    /// <summary>Bytes of a part where the store leaves the choice.</summary>
    public const int UsualPartBytes = 8 * 1024 * 1024;

    private readonly byte[] _part = new byte[partBytes];
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
            if (_filled == _part.Length)
            {
                await SendPartAsync(_part, isLast: false, cancellationToken).ConfigureAwait(false);
                _filled = 0;
            }

            var taken = Math.Min(buffer.Length, _part.Length - _filled);
            buffer[..taken].CopyTo(_part.AsMemory(_filled));
            _filled += taken;
            buffer = buffer[taken..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Sends the rest and makes the object.</summary>
    /// <exception cref="ProviderException">The store did not take it.</exception>
    public Task FinishAsync(CancellationToken cancellationToken) => SendPartAsync(_part.AsMemory(0, _filled), isLast: true, cancellationToken);

    /// <summary>Gives up what was begun and not finished, as far as that is possible.</summary>
    public virtual Task AbandonAsync() => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write it asynchronously.");

    /// <summary>Sends a part; with the last one the object is made.</summary>
    protected abstract Task SendPartAsync(ReadOnlyMemory<byte> part, bool isLast, CancellationToken cancellationToken);
}
