namespace Parsimony.Sandbox.Model;

/// <summary>The files of one provider: taken in, found by who may see them, deleted.</summary>
internal sealed class FileShelf(WorldState state, string provider)
{
    /// <summary>Reads a multipart upload; the world is not changed.</summary>
    public async Task<(Content? Content, MultipartUpload? Upload, Refusal? Refusal)> ReadAsync(Call call, long maxBytes, CancellationToken cancellationToken)
    {
        if (MultipartUpload.BoundaryOf(call.Request.Header("Content-Type")) is not { } boundary)
            return (null, null, Refusal.Invalid("Send the file as multipart/form-data."));
        using var writer = state.NewContent();
        var upload = new MultipartUpload(call.Request.Body, boundary);
        if (!await upload.ReadAsync(writer, cancellationToken).ConfigureAwait(false))
            return (null, null, Refusal.Invalid("The multipart body is cut short or not well formed."));
        if (upload.FileName is null)
            return (null, null, Refusal.Invalid("'file' is a required property", "file"));
        return writer.Length > maxBytes
            ? (null, null, new Refusal(413, "invalid_request_error", $"A file may have {maxBytes} bytes.", "file"))
            : (writer.Finish(), upload, null);
    }

    /// <summary>Reads a body that is the file.</summary>
    public async Task<Content> ReadRawAsync(Call call, CancellationToken cancellationToken)
    {
        using var writer = state.NewContent();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await call.Request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            writer.Write(buffer.AsSpan(0, read));
        return writer.Finish();
    }

    /// <summary>A file that is not yet in the world.</summary>
    public StoredFile New(Call call, string id, string name, string purpose, Content? content, TimeSpan? life, DateTimeOffset? hiddenUntil) => new()
    {
        Number = state.Files.Count + 1,
        Id = id,
        Name = name,
        Provider = provider,
        Purpose = purpose,
        Workspace = call.Workspace,
        CreatedAt = call.Now,
        ExpiresAt = call.Now + life,
        HiddenUntil = hiddenUntil,
        Skew = call.Skew,
        Content = content,
        ContentNumber = content?.Number ?? 0,
        ContentLength = content?.Length ?? 0,
    };

    /// <summary>One side of a batch's results.</summary>
    public static StoredFile OfBatch(WorldState state, BatchState batch, string id, string name, bool errors, DateTimeOffset at, TimeSpan life)
    {
        var file = new StoredFile
        {
            Number = state.Files.Count + 1,
            Id = id,
            Name = name,
            Provider = batch.Provider,
            Purpose = "batch",
            Workspace = batch.Workspace,
            CreatedAt = at,
            ExpiresAt = at + life,
            Skew = batch.Skew,
            Batch = batch.Number,
            HoldsErrors = errors,
        };
        state.Add(file);
        return file;
    }

    public StoredFile? Find(Call call, string id) => state.FilesById.TryGetValue(id, out var file) && IsVisible(call, file) ? file : null;

    public bool IsVisible(Call call, StoredFile file) =>
        file.Provider == provider && file.Workspace == call.Workspace && !file.IsDeleted && !(file.ExpiresAt <= call.Now) && !(file.HiddenUntil > call.Now);

    public void Delete(StoredFile file)
    {
        file.IsDeleted = true;
        state.Note(file);
        state.Commit();
    }
}
