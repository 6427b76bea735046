using System.IO.Pipelines;

namespace Parsimony.Sandbox;

/// <summary>A request's content as a stream that is written while it is read, as over a socket.</summary>
internal sealed class PipedUpload : IAsyncDisposable
{
    private readonly Pipe? _pipe;
    private readonly Task _writing = Task.CompletedTask;
    private readonly CancellationTokenSource _stop;

    public PipedUpload(HttpContent? content, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (content is null)
            return;
        _pipe = new Pipe(new PipeOptions(useSynchronizationContext: false));
        Body = _pipe.Reader.AsStream();
        _writing = WriteAsync(content, _pipe.Writer, _stop.Token);
    }

    public Stream Body { get; } = Stream.Null;

    public async ValueTask DisposeAsync()
    {
        // The model may have answered without reading to the end; the content then stops like an upload whose peer hung up.
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_pipe is not null)
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static async Task WriteAsync(HttpContent content, PipeWriter writer, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            var stream = writer.AsStream(leaveOpen: true);
            await using (stream.ConfigureAwait(false))
                await content.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
        }

        await writer.CompleteAsync(failure).ConfigureAwait(false);
    }
}
