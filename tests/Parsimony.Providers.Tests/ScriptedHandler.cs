using System.Net;
using System.Text;

namespace Parsimony.Providers.Tests;

/// <summary>An HTTP handler that answers from a script and remembers what was sent, bodies included.</summary>
internal sealed class ScriptedHandler : HttpMessageHandler
{
    private readonly Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> _script = [];

    public List<(HttpMethod Method, string Path, string Body, HttpRequestMessage Request)> Sent { get; } = [];

    public ScriptedHandler Reply(string body, HttpStatusCode status = HttpStatusCode.OK, params (string Name, string Value)[] headers) =>
        Then((_, _) => Task.FromResult(Message(Encoding.UTF8.GetBytes(body), status, headers)));

    public ScriptedHandler ReplyBytes(byte[] body) => Then((_, _) => Task.FromResult(Message(body, HttpStatusCode.OK, [])));

    public ScriptedHandler ReplyStream(Stream body) =>
        Then((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) }));

    public ScriptedHandler Throw(Exception exception) => Then((_, _) => Task.FromException<HttpResponseMessage>(exception));

    public ScriptedHandler Then(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> step)
    {
        _script.Enqueue(step);
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Sent.Add((request.Method, request.RequestUri?.PathAndQuery ?? "", body, request));
        return _script.TryDequeue(out var step)
            ? await step(request, cancellationToken)
            : throw new InvalidOperationException($"Nothing is scripted for {request.Method} {request.RequestUri}.");
    }

    private static HttpResponseMessage Message(byte[] body, HttpStatusCode status, (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}

/// <summary>A stream that gives its bytes in small pieces, then ends, breaks or hangs.</summary>
internal sealed class PiecewiseStream(byte[] bytes, int piece, PiecewiseEnd end = PiecewiseEnd.Ends) : MemoryStream(bytes)
{
    public bool IsDisposed { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position == Length)
        {
            if (end == PiecewiseEnd.Breaks)
            {
                throw new IOException("The connection broke.");
            }

            if (end == PiecewiseEnd.Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        }

        return await base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}

internal enum PiecewiseEnd
{
    Ends,
    Breaks,
    Hangs,
}
