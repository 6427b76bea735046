using System.Globalization;
using System.Text;

namespace Parsimony.Sandbox.Model;

/// <summary>Makes replies.</summary>
internal static class Exit
{
    public static SandboxResponse Json(int status, byte[] body)
    {
        var response = new SandboxResponse { Status = status };
        response.Headers["Content-Type"] = "application/json";
        response.Headers["Content-Length"] = body.Length.ToString(CultureInfo.InvariantCulture);
        response.WriteBody = (target, cancellationToken) => target.WriteAsync(body, cancellationToken).AsTask();
        return response;
    }

    public static SandboxResponse Produced(string contentType, Func<Stream, CancellationToken, Task> write)
    {
        var response = new SandboxResponse { WriteBody = write };
        response.Headers["Content-Type"] = contentType;
        return response;
    }

    /// <summary>Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html, read 2026-11-20).</summary>
    public static SandboxResponse Events(IEnumerable<StreamEvent> events) => Produced("text/event-stream; charset=utf-8", async (target, cancellationToken) =>
    {
        foreach (var (name, data) in events)
        {
            var head = name is null ? "data: " : $"event: {name}\ndata: ";
            await target.WriteAsync(Encoding.UTF8.GetBytes(head), cancellationToken).ConfigureAwait(false);
            await target.WriteAsync(data, cancellationToken).ConfigureAwait(false);
            await target.WriteAsync("\n\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            await target.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    });

    public static SandboxResponse Lost() => new() { Disconnect = true };
}
