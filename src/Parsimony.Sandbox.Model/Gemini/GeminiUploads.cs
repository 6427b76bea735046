using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Resumable upload sessions of the Files API (https://ai.google.dev/gemini-api/docs/files, read 2026-11-21). A session does not outlive the sandbox.</summary>
internal sealed class GeminiUploads(WorldState state, string provider)
{
    private const int Granularity = 256 * 1024;
    private const long MaxBytes = 2L * 1024 * 1024 * 1024;

    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    private sealed record Session(ContentWriter Content, string Name, string MimeType, string Workspace);

    /// <summary>Answers one call of a session; a file is told when it is complete.</summary>
    public async Task<(SandboxResponse? Response, Refusal? Refusal, StoredFile? File)> HandleAsync(Call call, string root, CancellationToken cancellationToken)
    {
        if (call.Query("upload_id") is not { } id)
            return await StartAsync(call, root, cancellationToken).ConfigureAwait(false);
        Session? session;
        lock (state.Gate)
            session = _sessions.GetValueOrDefault(id);
        if (session is null)
            return (null, Refusal.Missing($"upload session: {id}"), null);
        var command = call.Request.Header("X-Goog-Upload-Command") ?? "";
        switch (command)
        {
            case "query":
                return (Status("active", session), null, null);
            case "cancel":
                Forget(id);
                session.Content.Dispose();
                return (Status("cancelled", null), null, null);
            default:
                return await TakeAsync(call, id, session, command.Contains("finalize", StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(SandboxResponse? Response, Refusal? Refusal, StoredFile? File)> StartAsync(Call call, string root, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await call.Request.Body.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
        if (call.Request.Header("X-Goog-Upload-Protocol") != "resumable" || call.Request.Header("X-Goog-Upload-Command") != "start")
            return (null, Refusal.Invalid("Start a resumable upload: X-Goog-Upload-Protocol: resumable, X-Goog-Upload-Command: start."), null);
        lock (state.Gate)
        {
            var id = state.NewId("up", "upload", _sessions.Count + (state.Files.Count * 1_000L));
            _sessions[id] = new Session(state.NewContent(), NameIn(body.ToArray()), call.Request.Header("X-Goog-Upload-Header-Content-Type") ?? "application/octet-stream", call.Workspace);
            var response = Status("active", _sessions[id]);
            response.Headers["X-Goog-Upload-URL"] = $"{root}/upload/v1beta/files?upload_id={id}&upload_protocol=resumable";
            response.Headers["X-Goog-Upload-Chunk-Granularity"] = Granularity.ToString(CultureInfo.InvariantCulture);
            return (response, null, null);
        }
    }

    private async Task<(SandboxResponse? Response, Refusal? Refusal, StoredFile? File)> TakeAsync(
        Call call, string id, Session session, bool isLast, CancellationToken cancellationToken)
    {
        if (!long.TryParse(call.Request.Header("X-Goog-Upload-Offset"), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) || offset != session.Content.Length)
            return (null, Refusal.Invalid($"The offset must be {session.Content.Length}."), null);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await call.Request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            session.Content.Write(buffer.AsSpan(0, read));
        if (session.Content.Length > MaxBytes)
            return (null, new Refusal(413, "request_too_large", "A file may have 2 GB."), null);
        if (!isLast)
        {
            return session.Content.Length % Granularity == 0
                ? (Status("active", session), null, null)
                : (null, Refusal.Invalid($"Every part but the last must be a multiple of {Granularity} bytes."), null);
        }

        Forget(id);
        var content = session.Content.Finish();
        lock (state.Gate)
        {
            var number = state.Files.Count + 1;
            var file = new StoredFile
            {
                Number = number,
                Id = state.NewId("", "file", number)[..12],
                Name = session.Name,
                Provider = provider,
                Purpose = session.MimeType,
                Workspace = session.Workspace,
                CreatedAt = call.Now,
                // Uploads live 48 hours (the page above).
                ExpiresAt = call.Now.AddHours(48),
                Skew = call.Skew,
                Content = content,
                ContentNumber = content.Number,
                ContentLength = content.Length,
            };
            return (null, null, file);
        }
    }

    private void Forget(string id)
    {
        lock (state.Gate)
            _sessions.Remove(id);
    }

    private static SandboxResponse Status(string word, Session? session)
    {
        var response = Exit.Json(200, []);
        response.Headers["X-Goog-Upload-Status"] = word;
        if (session is not null)
            response.Headers["X-Goog-Upload-Size-Received"] = session.Content.Length.ToString(CultureInfo.InvariantCulture);
        return response;
    }

    private static string NameIn(byte[] body)
    {
        try
        {
            var file = JsonElement.Parse(body).Get("file");
            return file?.Text("displayName") ?? file?.Text("display_name") ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
