using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>What is checked when a batch is created; the file itself is checked later.</summary>
internal sealed class OpenAIBatchCreate(WorldState state, Twin twin, OpenAIShape shape)
{
    // https://developers.openai.com/api/docs/guides/batch, read 2026-11-20.
    private const int MaxMetadata = 16;
    private const int MaxMetadataKey = 64;
    private const int MaxMetadataValue = 512;

    public (BatchState? Batch, Refusal? Refusal) Try(Call call, JsonElement root, Func<DateTimeOffset?> hiddenUntil)
    {
        // Azure's samples name the endpoint without the version (Azure batch REST page, 2026-08-14).
        if (root.Text("endpoint") is not { } named || !(twin.ByPath.TryGetValue(named, out var known) || twin.ByPath.TryGetValue("/v1" + named, out known))
            || shape.Unbatched.Contains(known.Path))
            return (null, Refusal.Invalid("Invalid value for 'endpoint'.", "endpoint", "invalid_value"));
        var word = root.Text("completion_window") ?? "24h";
        if (shape.Window(word) is not { } window)
            return (null, Refusal.Invalid($"Invalid value for 'completion_window': '{word}' is not supported.", "completion_window", "invalid_value"));
        if (CheckMetadata(root) is { } refusal)
            return (null, refusal);
        if (shape.TakesBlobs && root.Text("input_blob") is { } address)
            return TryBlob(call, root, address, known.Path, window, hiddenUntil);
        if (root.Text("input_file_id") is not { } fileId || !state.FilesById.TryGetValue(fileId, out var file)
            || file.Provider != shape.Name || file.Workspace != call.Workspace || file.IsDeleted || file.ExpiresAt <= call.Now || file.HiddenUntil > call.Now || file.Purpose != shape.Purpose || shape.IsPending(file, call.Now))
            return (null, Refusal.Invalid($"Invalid input file: no file with purpose 'batch' has the id '{root.Text("input_file_id")}'.", "input_file_id"));
        var recent = state.Batches.AsEnumerable().Reverse().TakeWhile(b => b.CreatedAt > call.Now.AddHours(-1)).Count(b => b.Provider == shape.Name);
        if (recent >= shape.MaxCreatesPerHour)
            return (null, new Refusal(429, "rate_limit_error", $"Rate limit reached: {shape.MaxCreatesPerHour} batch creations per hour.", null, "rate_limit_exceeded"));
        return (Create(call, root, file, known.Path, window, hiddenUntil()), null);
    }

    // Batches over blobs take no metadata (batch-blob-storage.md of Azure's docs, 2025-11-26, read 2026-11-20).
    private (BatchState? Batch, Refusal? Refusal) TryBlob(
        Call call, JsonElement root, string address, string endpoint, TimeSpan window, Func<DateTimeOffset?> hiddenUntil)
    {
        if (root.Get("metadata") is not null)
            return (null, Refusal.Invalid("'metadata' is not supported with 'input_blob'.", "metadata"));
        if (AzureBlobApi.NameOf(root.Get("output_folder")?.Text("url")) is not { Length: > 0 } folder)
            return (null, Refusal.Invalid("'output_folder.url' is a required property.", "output_folder"));
        if (AzureBlobApi.NameOf(address) is not { } name || AzureBlobApi.Find(state, name) is not { Batch: 0 } file)
            return (null, Refusal.Invalid("The input blob cannot be read.", "input_blob", "input_no_permissions"));
        var batch = Create(call, root, file, endpoint, window, hiddenUntil());
        var output = root.Get("output_folder")?.Text("url")?.TrimEnd('/');
        batch.Notes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["input_blob"] = address,
            ["output_blob"] = $"{output}/{batch.Id}/results.jsonl",
            ["error_blob"] = $"{output}/{batch.Id}/errors.jsonl",
            ["folder"] = $"{folder}/{batch.Id}",
        };
        return (batch, null);
    }

    private BatchState Create(Call call, JsonElement root, StoredFile file, string endpoint, TimeSpan window, DateTimeOffset? hiddenUntil)
    {
        var number = state.Batches.Count + 1;
        var takes = WorldState.Between(state.Options.BatchDurationMin, state.Options.BatchDurationMax, state.Chance("duration", number));
        var faults = BatchFaults.Strike(state.Faults, shape.Name, call.Operation);
        return new BatchState
        {
            Number = number,
            Provider = shape.Name,
            Id = state.NewId("batch_", "batch", number),
            Endpoint = endpoint,
            InputFile = file.Id,
            Content = file.Content,
            ContentNumber = file.ContentNumber,
            ContentLength = file.ContentLength,
            Metadata = root.Get("metadata")?.GetRawText(),
            OutputLife = root.Get("output_expires_after")?.Whole("seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Scope = call.Scope,
            Workspace = call.Workspace,
            CreatedAt = call.Now,
            ExpiresAt = shape.NeverExpires ? DateTimeOffset.MaxValue : call.Now + window,
            Window = root.Text("completion_window") ?? "24h",
            Skew = call.Skew,
            HiddenUntil = hiddenUntil,
            Phase = BatchPhase.Validating,
            ValidatedAt = call.Now + (takes / 20),
            PacedStart = call.Now + (takes / 20),
            PacedEnd = call.Now + (takes * 0.95),
            StuckFraction = faults.StuckFraction,
            ExpiresFraction = faults.ExpiresFraction,
            ExpiresAfter = faults.ExpiresAfter,
            CountsLag = faults.CountsLag,
            AllFail = faults.AllFail,
            OverQueue = state.Faults.Strike(FaultName.QueueLimitAfterCreate, shape.Name, call.Operation) is not null,
        };
    }

    private static Refusal? CheckMetadata(JsonElement root)
    {
        if (root.Get("metadata") is not { } metadata)
            return null;
        if (metadata.ValueKind != JsonValueKind.Object)
            return Refusal.Invalid("'metadata' must be an object.", "metadata");
        var count = 0;
        foreach (var pair in metadata.EnumerateObject())
        {
            if (++count > MaxMetadata || pair.Name.Length > MaxMetadataKey
                || pair.Value.ValueKind != JsonValueKind.String || pair.Value.GetString() is not { Length: <= MaxMetadataValue })
                return Refusal.Invalid("'metadata' may hold 16 pairs, keys of 64 and text values of 512 characters.", "metadata");
        }

        return null;
    }
}
