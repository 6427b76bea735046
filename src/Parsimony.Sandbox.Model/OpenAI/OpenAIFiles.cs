using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>The files API.</summary>
internal sealed class OpenAIFiles(OpenAIApi api, WorldState state, OpenAIShape shape)
{
    private readonly OpenAIResults _results = new(state, shape);

    public async Task<SandboxResponse> UploadAsync(Call call, CancellationToken cancellationToken)
    {
        if (MultipartUpload.BoundaryOf(call.Request.Header("Content-Type")) is not { } boundary)
            return api.Refused(call, Refusal.Invalid("Send the file as multipart/form-data."));
        using var writer = state.NewContent();
        var upload = new MultipartUpload(call.Request.Body, boundary);
        if (!await upload.ReadAsync(writer, cancellationToken).ConfigureAwait(false))
            return api.Refused(call, Refusal.Invalid("The multipart body is cut short or not well formed."));
        if (upload.FileName is not { } name)
            return api.Refused(call, Refusal.Invalid("'file' is a required property", "file"));
        if (!upload.Fields.TryGetValue("purpose", out var purpose))
            return api.Refused(call, Refusal.Invalid("'purpose' is a required property", "purpose"));
        if (purpose == shape.Purpose && writer.Length > shape.MaxBytes)
            return api.Refused(call, new Refusal(413, "invalid_request_error", $"A batch file may have {shape.MaxBytes >> 20} MB.", "file"));
        if (Life(upload, purpose) < shape.LeastInputLife)
            return api.Refused(call, Refusal.Invalid($"'expires_after' must be {shape.LeastInputLife.TotalSeconds} seconds or more.", "expires_after"));
        var content = writer.Finish();
        lock (state.Gate)
        {
            var number = state.Files.Count + 1;
            var file = new StoredFile
            {
                Number = number,
                Id = state.NewId("file-", "file", number),
                Name = name,
                Provider = shape.Name,
                Purpose = purpose,
                Workspace = call.Workspace,
                CreatedAt = call.Now,
                ExpiresAt = Life(upload, purpose) is { } life ? call.Now + life : null,
                HiddenUntil = api.Hidden(call),
                Skew = call.Skew,
                Content = content,
                ContentNumber = content.Number,
                ContentLength = content.Length,
            };
            state.Add(file);
            return api.Created(call, Exit.Json(200, JsonBytes.Of(w => OpenAIWire.WriteFile(w, file, content.Length, shape.IsPending(file, call.Now)))));
        }
    }

    public async Task<SandboxResponse> HandleAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Operation == Operation.FileList)
            return await ListAsync(call, cancellationToken).ConfigureAwait(false);
        StoredFile? file;
        ResultLines? lines = null;
        lock (state.Gate)
        {
            file = Find(call);
            if (file is null)
                return api.Refused(call, new Refusal(404, "invalid_request_error", $"No such File object: {call.Id}", "id"));
            if (call.Operation == Operation.FileDelete)
                return Delete(file);
            if (call.Operation == Operation.FileContent && file.Batch > 0)
            {
                var batch = state.Batches[file.Batch - 1];
                if (!file.HoldsErrors || batch.OutputFile is null)
                    api.ShapeResults(batch, call);
                lines = _results.Lines(file, api.Truncates(call));
                state.Commit();
            }
        }

        if (lines is not null)
            return Exit.Produced("application/octet-stream", lines.WriteAsync);
        if (call.Operation == Operation.FileContent)
            return Whole(file);
        var bytes = await BytesAsync(file, cancellationToken).ConfigureAwait(false);
        return Exit.Json(200, JsonBytes.Of(writer => OpenAIWire.WriteFile(writer, file, bytes, shape.IsPending(file, call.Now))));
    }

    // Files with purpose "batch" live 30 days unless told otherwise (OpenAI's specification, FileExpirationAfter, read 2026-11-20).
    private TimeSpan? Life(MultipartUpload upload, string purpose)
    {
        if (upload.Fields.TryGetValue("expires_after[seconds]", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        return purpose == shape.Purpose ? shape.InputLife : null;
    }

    private static SandboxResponse Whole(StoredFile file)
    {
        var response = Exit.Produced("application/octet-stream", file.Content is { } content ? content.CopyToAsync : static (_, _) => Task.CompletedTask);
        response.Headers["Content-Length"] = file.ContentLength.ToString(CultureInfo.InvariantCulture);
        return response;
    }

    private bool IsVisible(StoredFile file, Call call) =>
        file.Provider == shape.Name && file.Workspace == call.Workspace && !file.IsDeleted && !(file.ExpiresAt <= call.Now) && !(file.HiddenUntil > call.Now);

    private StoredFile? Find(Call call) => state.FilesById.TryGetValue(call.Id, out var file) && IsVisible(file, call) ? file : null;

    private SandboxResponse Delete(StoredFile file)
    {
        file.IsDeleted = true;
        state.Note(file);
        state.Commit();
        return Exit.Json(200, JsonBytes.Of(writer =>
        {
            writer.WriteString("id", file.Id);
            writer.WriteString("object", "file");
            writer.WriteBoolean("deleted", true);
        }));
    }

    private async Task<SandboxResponse> ListAsync(Call call, CancellationToken cancellationToken)
    {
        var limit = call.Limit(10_000, 10_000);
        List<StoredFile> page;
        lock (state.Gate)
        {
            var purpose = call.Query("purpose");
            var visible = state.Files.Where(f => IsVisible(f, call) && (purpose is null || f.Purpose == purpose));
            if (call.Query("order") != "asc")
                visible = visible.Reverse();
            if (call.Query("after") is { } after)
                visible = visible.SkipWhile(f => f.Id != after).Skip(1);
            page = visible.Take(limit + 1).ToList();
        }

        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var file in page)
            sizes[file.Id] = await BytesAsync(file, cancellationToken).ConfigureAwait(false);
        return Exit.Json(200, JsonBytes.Of(writer => OpenAIPage.Write(
            writer, page, limit, f => f.Id, f => OpenAIWire.WriteFile(writer, f, sizes[f.Id], shape.IsPending(f, call.Now)))));
    }

    // The size of a result file is known only by making it once.
    private async Task<long> BytesAsync(StoredFile file, CancellationToken cancellationToken)
    {
        if (file.Batch == 0)
            return file.ContentLength;
        if (file.MeasuredBytes is { } known)
            return known;
        ResultLines lines;
        lock (state.Gate)
            lines = _results.Lines(file, cutsLast: false);
        using var count = new CountStream();
        await lines.WriteAsync(count, cancellationToken).ConfigureAwait(false);
        file.MeasuredBytes = count.Length;
        return count.Length;
    }
}
