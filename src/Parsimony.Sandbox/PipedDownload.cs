using System.IO.Pipelines;
using Parsimony.Sandbox.Model;

namespace Parsimony.Sandbox;

/// <summary>A response's body as a stream, produced as it is read; a break in the middle is an <see cref="IOException"/>.</summary>
internal sealed class PipedDownload : Stream
{
    private readonly SandboxResponse _response;
    private readonly TimeProvider? _clock;
    private readonly Pipe _pipe;
    private readonly Stream _reader;
    private readonly CancellationTokenSource _stop = new();
    private Task? _writing;
    private bool _disposed;
    private Exception? _failure;

    public PipedDownload(SandboxResponse response, TimeProvider? clock)
    {
        _response = response;
        _clock = clock;

        // Writer and reader take turns on one thread: the same calls give the same order of events.
        _pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
        _reader = _pipe.Reader.AsStream();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _writing ??= WriteAsync();
        return Checked(await _reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        _writing ??= WriteAsync();
        return Checked(_reader.Read(buffer, offset, count), count);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _stop.Cancel();
            _reader.Dispose();
            if (_writing is null or { IsCompleted: true })
                _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    // A pipe completed with an error drops what it still holds; the reader must see every byte before the break first.
    private int Checked(int read, int wanted) =>
        read == 0 && wanted > 0 && Volatile.Read(ref _failure) is { } failure ? throw new IOException(failure.Message, failure) : read;

    private async Task WriteAsync()
    {
        try
        {
            var stream = _pipe.Writer.AsStream(leaveOpen: true);
            await using (stream.ConfigureAwait(false))
            {
                var body = _clock is { } clock && _response.ByteDelay > TimeSpan.Zero ? new SlowStream(stream, _response.ByteDelay, clock) : stream;
                await _response.WriteBody(body, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (SandboxDisconnectException e)
        {
            Volatile.Write(ref _failure, new IOException("The sandbox closed the connection in the middle of the reply.", e));
        }
        catch (Exception e)
        {
            Volatile.Write(ref _failure, e);
        }

        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
    }
}
