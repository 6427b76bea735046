namespace Parsimony.Providers.Aws;

/// <summary>A stream whose bytes become an object: one put when they fit in a part, else an upload in parts. Nothing is stored before <see cref="FinishAsync"/>.</summary>
/// <remarks>Parts have 5 MiB at least but for the last, and 10,000 at most (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html, read 2026-11-21). Not thread safe.</remarks>
internal sealed class S3Upload(S3Objects objects, string key, TimeSpan limit, int partBytes = S3Upload.PartBytes) : Stream
{
    /// <summary>Bytes of a part; 10,000 of them are 80 GB.</summary>
    public const int PartBytes = 8 * 1024 * 1024;

    private readonly byte[] _part = new byte[partBytes];
    private readonly List<string> _tags = [];
    private string? _upload;
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
            // Only when more comes is a full part sent: the last one may stay alone and be a plain put.
            if (_filled == _part.Length)
            {
                await SendPartAsync(cancellationToken).ConfigureAwait(false);
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
    /// <exception cref="ProviderException">S3 did not take it.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_upload is null)
        {
            Check(await objects.PutAsync(key, _part.AsMemory(0, _filled), limit, cancellationToken).ConfigureAwait(false));
            return;
        }

        await SendPartAsync(cancellationToken).ConfigureAwait(false);
        Check(await objects.CompleteAsync(key, _upload, _tags, limit, cancellationToken).ConfigureAwait(false));
        _upload = null;
    }

    /// <summary>Gives up what was begun and not finished. Best effort: the bucket's lifecycle rule for unfinished uploads catches the rest.</summary>
    public Task AbandonAsync() => _upload is { } begun ? objects.AbortAsync(key, begun, CancellationToken.None) : Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write it asynchronously.");

    private async Task SendPartAsync(CancellationToken cancellationToken)
    {
        if (_upload is null)
        {
            var (id, begun) = await objects.BeginAsync(key, cancellationToken).ConfigureAwait(false);
            Check(begun);
            _upload = id;
        }

        var (tag, failure) = await objects.PartAsync(key, _upload, _tags.Count + 1, _part.AsMemory(0, _filled), limit, cancellationToken).ConfigureAwait(false);
        Check(failure);
        _tags.Add(tag);
        _filled = 0;
    }

    private static void Check(ProviderFailure? failure)
    {
        if (failure is not null)
        {
            throw new ProviderException(ProviderId.Bedrock, failure);
        }
    }
}
