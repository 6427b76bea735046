using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>What OpenAI checks when a batch is created; the file itself is checked later.</summary>
internal static class OpenAIBatchCreate
{
    // https://developers.openai.com/api/docs/guides/batch, read 2026-11-20.
    private const int MaxCreatesPerHour = 2_000;
    private const int MaxMetadata = 16;
    private const int MaxMetadataKey = 64;
    private const int MaxMetadataValue = 512;

    public static (BatchState? Batch, Refusal? Refusal) Try(
        Call call, JsonElement root, WorldState state, IReadOnlyDictionary<string, Endpoint> endpoints, Func<DateTimeOffset?> hiddenUntil)
    {
        if (root.Text("endpoint") is not { } endpoint || !endpoints.TryGetValue(endpoint, out var known) || known.Provider != "openai")
            return (null, Refusal.Invalid("Invalid value for 'endpoint'.", "endpoint", "invalid_value"));
        if (root.Text("completion_window") != "24h")
            return (null, Refusal.Invalid("Invalid value for 'completion_window': only '24h' is supported.", "completion_window", "invalid_value"));
        if (CheckMetadata(root) is { } refusal)
            return (null, refusal);
        if (root.Text("input_file_id") is not { } fileId || !state.FilesById.TryGetValue(fileId, out var file)
            || file.Workspace != call.Workspace || file.IsDeleted || file.ExpiresAt <= call.Now || file.HiddenUntil > call.Now || file.Purpose != "batch")
            return (null, Refusal.Invalid($"Invalid input file: no file with purpose 'batch' has the id '{root.Text("input_file_id")}'.", "input_file_id"));
        var recent = state.Batches.AsEnumerable().Reverse().TakeWhile(b => b.CreatedAt > call.Now.AddHours(-1)).Count(b => b.Provider == "openai");
        if (recent >= MaxCreatesPerHour)
            return (null, new Refusal(429, "rate_limit_error", "Rate limit reached: 2000 batch creations per hour.", null, "rate_limit_exceeded"));
        return (Create(call, root, state, file, endpoint, hiddenUntil()), null);
    }

    private static BatchState Create(Call call, JsonElement root, WorldState state, StoredFile file, string endpoint, DateTimeOffset? hiddenUntil)
    {
        var number = state.Batches.Count + 1;
        var takes = WorldState.Between(state.Options.BatchDurationMin, state.Options.BatchDurationMax, state.Chance("duration", number));
        BatchFaults faults = BatchFaults.Strike(state.Faults, "openai", call.Operation);
        return new BatchState
        {
            Number = number,
            Provider = "openai",
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
            ExpiresAt = call.Now.AddHours(24),
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
            OverQueue = state.Faults.Strike(FaultName.QueueLimitAfterCreate, "openai", call.Operation) is not null,
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
