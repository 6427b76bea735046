using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>Uploads of objects: at once, or in a resumable session (https://docs.cloud.google.com/storage/docs/performing-resumable-uploads, read 2026-11-21).</summary>
internal sealed class GcsUploads(WorldState state)
{
    private const int Granularity = 256 * 1024;

    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    private sealed record Session(ContentWriter Content, string Name, string ContentType);

    /// <summary>Answers one call; what is complete is told with its name, type and bytes.</summary>
    public async Task<(SandboxResponse? Response, Refusal? Refusal, (string Name, string ContentType, Content Content)? Done)> HandleAsync(
        Call call, string root, CancellationToken cancellationToken)
    {
        if (call.Request.Method == "PUT")
            return await TakeAsync(call, cancellationToken).ConfigureAwait(false);
        if (call.Query("uploadType") == "multipart")
            return await WholeAsync(call, cancellationToken).ConfigureAwait(false);
        if (call.Query("name") is not { Length: > 0 } name)
            return (null, Refusal.Invalid("Required parameter: name"), null);
        var target = $"{call.Id}/{name}";
        if (call.Query("uploadType") == "resumable")
        {
            await call.Request.Body.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return (Start(call, root, target, name), null, null);
        }

        if (call.Query("uploadType") != "media")
            return (null, Refusal.Invalid("uploadType must be media, multipart or resumable."), null);
        using var writer = state.NewContent();
        await CopyAsync(call, writer, cancellationToken).ConfigureAwait(false);
        return (null, null, (target, call.Request.Header("Content-Type") ?? "application/octet-stream", writer.Finish()));
    }

    private async Task<(SandboxResponse? Response, Refusal? Refusal, (string Name, string ContentType, Content Content)? Done)> WholeAsync(Call call, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await call.Request.Body.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
        if (GcsMultipart.Read(body.ToArray(), call.Request.Header("Content-Type")) is not { } upload || (upload.Name ?? call.Query("name")) is not { Length: > 0 } name)
            return (null, Refusal.Invalid("The multipart body is not well formed, or names no object."), null);
        using var writer = state.NewContent();
        writer.Write(upload.Bytes);
        return (null, null, ($"{call.Id}/{name}", upload.ContentType, writer.Finish()));
    }

    private SandboxResponse Start(Call call, string root, string target, string name)
    {
        lock (state.Gate)
        {
            var id = state.NewId("AB", "object upload", _sessions.Count + (state.Files.Count * 1_000L));
            _sessions[id] = new Session(state.NewContent(), target, call.Request.Header("X-Upload-Content-Type") ?? "application/octet-stream");
            var response = Exit.Json(200, []);
            response.Headers["Location"] = $"{root}/upload/storage/v1/b/{call.Id}/o?uploadType=resumable&name={Uri.EscapeDataString(name)}&upload_id={id}";
            return response;
        }
    }

    private async Task<(SandboxResponse? Response, Refusal? Refusal, (string Name, string ContentType, Content Content)? Done)> TakeAsync(Call call, CancellationToken cancellationToken)
    {
        Session? session;
        var id = call.Query("upload_id") ?? "";
        lock (state.Gate)
            session = _sessions.GetValueOrDefault(id);
        if (session is null)
            return (null, Refusal.Missing($"upload session: {id}"), null);
        var parts = (call.Request.Header("Content-Range") ?? "").Replace("bytes ", "", StringComparison.Ordinal).Split('/');
        var total = parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var all) ? all : (long?)null;
        if (parts[0] != "*")
        {
            if (parts.Length == 2 && (!long.TryParse(parts[0].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from) || from != session.Content.Length))
                return (null, Refusal.Invalid($"Invalid request. The range must begin at {session.Content.Length}."), null);
            await CopyAsync(call, session.Content, cancellationToken).ConfigureAwait(false);
            // A range without an end, or no range at all: this is all there is.
            if (parts.Length != 2 || parts[0].EndsWith("-*", StringComparison.Ordinal))
                total = session.Content.Length;
            if (total is null && session.Content.Length % Granularity != 0)
                return (null, Refusal.Invalid($"Invalid request. Every part but the last must be a multiple of {Granularity} bytes."), null);
        }

        if (session.Content.Length != total)
            return (Incomplete(call, session), null, null);
        lock (state.Gate)
            _sessions.Remove(id);
        return (null, null, (session.Name, session.ContentType, session.Content.Finish()));
    }

    private static SandboxResponse Incomplete(Call call, Session session)
    {
        var asked = call.Request.Header("X-GUploader-No-308") == "yes";
        var response = new SandboxResponse { Status = asked ? 200 : 308 };
        if (asked)
            response.Headers["X-HTTP-Status-Code-Override"] = "308";
        if (session.Content.Length > 0)
            response.Headers["Range"] = $"bytes=0-{session.Content.Length - 1}";
        return response;
    }

    private static async Task CopyAsync(Call call, ContentWriter target, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await call.Request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            target.Write(buffer.AsSpan(0, read));
    }
}
