using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Batches whose input is a file of keyed lines (an inline create is written as one), and whose results are one file, made as it is read.</summary>
internal sealed class GeminiBatchHabits : BatchHabits
{
    public override IReadOnlyList<BatchItem> Find(BatchState batch, Content content) => GeminiLines.Read(content, batch.Model, KeyOf).Items;

    public override JsonElement Body(BatchState batch, JsonElement item) =>
        item.Get("request") is { ValueKind: JsonValueKind.Object } request ? JsonElement.Parse(GeminiQuestion.With(request, batch.Model ?? "", streams: false)) : default;

    public override Refusal? Complete(WorldState state, BatchState batch, DateTimeOffset at, ref JsonElement body) =>
        batch.Endpoint == GenerateContentEndpoint.Name
            ? CachedPrompt.Complete(state, CacheNames.Gemini, StoredCache.OwnerOf(batch.Workspace, batch.Scope), at, ref body)
            : null;

    public override BatchCheck Validate(BatchState batch, Content content) => GeminiLines.Read(content, batch.Model, KeyOf);

    public override void Ended(WorldState state, BatchState batch, DateTimeOffset at)
    {
        // An expired batch has nothing at all, and an inline one shows its results in the operation.
        if (batch.Phase == BatchPhase.Expired || batch.Done.Count == 0 || batch.InputFile is null)
            return;
        var file = new StoredFile
        {
            Number = state.Files.Count + 1,
            Id = $"batch-{batch.Id}",
            Name = $"{batch.Id}.jsonl",
            Provider = batch.Provider,
            Purpose = "batch_output",
            Workspace = batch.Workspace,
            CreatedAt = at,
            // Six weeks: https://ai.google.dev/gemini-api/docs/batch-api, read 2026-11-20.
            ExpiresAt = at.AddDays(42),
            Skew = batch.Skew,
            Batch = batch.Number,
        };
        state.Add(file);
        batch.OutputFile = file.Id;
    }

    public static string KeyOf(JsonElement line) => line.Text("key") ?? line.Get("metadata")?.Text("key") ?? "";
}
