using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Parsimony.Bench;

/// <summary>Takes every upload and says yes in all providers' words at once, and answers every other call with the body it is told.</summary>
internal sealed class YesHandler : HttpMessageHandler
{
    /// <summary>What the next calls are answered with; null to say yes.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The media type of that body.</summary>
    public string MediaType { get; set; } = "application/json";

    /// <summary>Bytes of all uploads so far.</summary>
    public long Received { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var taken = new Drain();
        if (request.Content is { } content)
        {
            await content.CopyToAsync(taken, cancellationToken);
        }

        Received += taken.Length;
        var body = Body ?? System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""
            {"id":"made-1","name":"made-1","object":"file","status":"processed","state":"READY","processing_status":"in_progress","size":"{{{taken.Length}}}","file":{"name":"files/made-1"}}
            """));
        var reply = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } } };
        if (Body is null)
        {
            reply.Headers.Location = new Uri("/session", UriKind.Relative);
            reply.Headers.TryAddWithoutValidation("X-Goog-Upload-URL", "http://localhost:9/session");
            reply.Headers.TryAddWithoutValidation("ETag", "\"1\"");
        }

        return reply;
    }

    /// <summary>Counts what is written to it, and keeps nothing.</summary>
    private sealed class Drain : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _length += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            _length += count;
            return Task.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
