using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Parsimony.Sandbox.Model;

namespace Parsimony.Sandbox;

/// <summary>Carries one HTTP request to the model and its reply back: waits, slow bytes and broken connections included.</summary>
internal sealed class ProviderEndpoint(SandboxWorld world, TimeProvider clock)
{
    public async Task HandleAsync(string provider, string path, HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in context.Request.Headers)
            headers[name] = value.ToString();
        var request = new SandboxRequest
        {
            Method = context.Request.Method,
            Path = path,
            Query = context.Request.QueryString.Value ?? "",
            Target = $"{context.Request.Scheme}://{context.Request.Host.Value}{context.Features.Get<IHttpRequestFeature>()?.RawTarget}",
            Headers = headers,
            Body = context.Request.Body,
        };
        try
        {
            var response = await world.HandleAsync(provider, request, cancellationToken).ConfigureAwait(false);
            await ReplyAsync(response, context, cancellationToken).ConfigureAwait(false);
        }
        catch (SandboxDisconnectException)
        {
            await BreakAsync(context).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The client has gone; there is nobody to tell.
        }
    }

    private async Task ReplyAsync(SandboxResponse response, HttpContext context, CancellationToken cancellationToken)
    {
        if (response.Latency > TimeSpan.Zero)
            await Task.Delay(response.Latency, clock, cancellationToken).ConfigureAwait(false);
        if (response.Disconnect)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = response.Status;
        foreach (var (name, value) in response.Headers)
            context.Response.Headers[name] = value;
        var body = response.ByteDelay > TimeSpan.Zero
            ? new SlowStream(context.Response.Body, response.ByteDelay, clock)
            : context.Response.Body;
        await response.WriteBody(body, cancellationToken).ConfigureAwait(false);
        await context.Response.CompleteAsync().ConfigureAwait(false);
    }

    // An abort resets the connection, and bytes still on their way are lost with it. A cut body must arrive as far as it was written, so here
    // the server is made to close the connection in order, without the end of the body.
    private static async Task BreakAsync(HttpContext context)
    {
        if (!context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        throw new IOException("The fault script ends this reply here.");
    }
}
