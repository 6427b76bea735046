using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parsimony.Sandbox.Model;

namespace Parsimony.Sandbox;

/// <summary>What a provider does not have: the bill at any moment, the clock, and the fault script.</summary>
internal sealed class ControlEndpoint(SandboxWorld world, ScaledClock clock)
{
    public Task HandleAsync(string path, HttpContext context)
    {
        var get = HttpMethods.IsGet(context.Request.Method);
        return (path, get) switch
        {
            ("/sandbox/bill", true) => BillAsync(context),
            ("/sandbox/clock", true) => ClockAsync(context),
            ("/sandbox/faults", true) => FaultsAsync(context),
            ("/sandbox/faults", false) => SetFaultsAsync(context),
            _ => NotFoundAsync(context),
        };
    }

    private async Task BillAsync(HttpContext context)
    {
        var after = 0L;
        if (context.Request.Query["after"].ToString() is { Length: > 0 } text
            && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            await RefuseAsync(context, $"after must be a line number, not '{text}'.").ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/json";
        var writer = new Utf8JsonWriter(context.Response.Body);
        await using (writer.ConfigureAwait(false))
            await BillWriter.WriteAsync(writer, world.Bill, after, context.RequestAborted).ConfigureAwait(false);
    }

    private Task ClockAsync(HttpContext context) => ReplyAsync(context, StatusCodes.Status200OK, writer =>
    {
        writer.WriteString("now", clock.GetUtcNow());
        writer.WriteNumber("speed", clock.Speed);
    });

    private Task FaultsAsync(HttpContext context) =>
        ReplyAsync(context, StatusCodes.Status200OK, world.Faults.Write);

    private async Task SetFaultsAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var script = await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            if (context.Request.Query["append"].ToString() is "true" or "1")
                world.Faults.Append(script);
            else
                world.Faults.Replace(script);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            await RefuseAsync(context, e.Message).ConfigureAwait(false);
            return;
        }

        await FaultsAsync(context).ConfigureAwait(false);
    }

    private static Task NotFoundAsync(HttpContext context) => ReplyAsync(context, StatusCodes.Status404NotFound, writer => writer.WriteString(
        "error",
        $"The sandbox has no {context.Request.Method} {context.Request.Path}; it has {string.Join(", ", SandboxWorld.Providers.Select(name => $"/{name}/..."))}, GET /sandbox/bill, GET /sandbox/clock, GET and POST /sandbox/faults."));

    private static Task RefuseAsync(HttpContext context, string message) =>
        ReplyAsync(context, StatusCodes.Status400BadRequest, writer => writer.WriteString("error", message));

    private static async Task ReplyAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";

        // Written aside first: a serializer flushes as it goes, and the server takes no synchronous writes.
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted).ConfigureAwait(false);
    }
}
