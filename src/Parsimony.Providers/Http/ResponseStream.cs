namespace Parsimony.Providers;

/// <summary>A reply's body while it is read: a stall, a total over the limit and a break are told apart from the caller's cancel, as a <see cref="ProviderException"/>.</summary>
internal sealed class ResponseStream(Stream inner, ProviderHttp http, FailureStage stage, TimeSpan stall, TimeSpan total) : Stream
{
    private readonly long _start = http.Clock.GetTimestamp();

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
        var left = total - http.Clock.GetElapsedTime(_start);
        if (left <= TimeSpan.Zero)
        {
            throw Failed(FailureCause.Timeout, null);
        }

        using var timer = new CancellationTokenSource(left < stall ? left : stall, http.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await inner.ReadAsync(buffer, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(FailureCause.Timeout, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Failed(FailureCause.Transport, e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private ProviderException Failed(FailureCause cause, Exception? inner) => new(http.Id, new ProviderFailure(stage, cause), inner);
}
