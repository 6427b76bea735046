namespace Parsimony.Providers;

/// <summary>Hands what is written on in parts of one size; only the last, sent by <see cref="CompleteAsync"/>, may be shorter. One part in memory. Not thread safe.</summary>
/// <param name="partBytes">Bytes of a part.</param>
/// <param name="send">Sends a part: its bytes, its offset, whether it is the last.</param>
internal sealed class PartStream(int partBytes, Func<ReadOnlyMemory<byte>, long, bool, CancellationToken, Task> send) : Stream
{
    private byte[] _part = new byte[Math.Min(partBytes, 64 * 1024)];
    private int _used;
    private long _sent;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _sent + _used;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            // A full part waits for the byte that follows it: the last one is told apart.
            if (_used == partBytes)
            {
                await send(_part.AsMemory(0, _used), _sent, false, cancellationToken).ConfigureAwait(false);
                _sent += _used;
                _used = 0;
            }

            var taken = Math.Min(buffer.Length, partBytes - _used);
            if (_used + taken > _part.Length)
            {
                Array.Resize(ref _part, Math.Min(partBytes, Math.Max(_used + taken, _part.Length * 2)));
            }

            buffer[..taken].CopyTo(_part.AsMemory(_used));
            _used += taken;
            buffer = buffer[taken..];
        }
    }

    /// <summary>Sends the last part.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await send(_part.AsMemory(0, _used), _sent, true, cancellationToken).ConfigureAwait(false);
        _sent += _used;
        _used = 0;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write it asynchronously.");

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
