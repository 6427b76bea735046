using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Jobs whose input is an object in a bucket, and whose results are an object in a directory of their own.</summary>
internal sealed class VertexBatchHabits : BatchHabits
{
    public override IReadOnlyList<BatchItem> Find(BatchState batch, Content content) => GeminiLines.Read(content, batch.Model, IdOf).Items;

    public override JsonElement Body(BatchState batch, JsonElement item) =>
        item.Get("request") is { ValueKind: JsonValueKind.Object } request ? JsonElement.Parse(GeminiQuestion.With(request, batch.Model ?? "", streams: false)) : default;

    public override BatchCheck Validate(BatchState batch, Content content) => GeminiLines.Read(content, batch.Model, IdOf);

    public override void Ended(WorldState state, BatchState batch, DateTimeOffset at)
    {
        if (batch.Done.Count == 0 || batch.Notes?.GetValueOrDefault("output") is not { } prefix)
            return;
        var directory = string.Create(CultureInfo.InvariantCulture, $"{prefix.TrimEnd('/')}/prediction-model-{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ}");
        var number = state.Files.Count + 1;
        state.Add(new StoredFile
        {
            Number = number,
            Id = state.NewId("obj", "object", number),
            Name = directory["gs://".Length..] + "/predictions_00001.jsonl",
            Provider = GcsObjects.Provider,
            Purpose = "application/jsonl",
            Workspace = batch.Workspace,
            CreatedAt = at,
            Skew = batch.Skew,
            Batch = batch.Number,
        });
        batch.OutputFile = directory;
    }

    /// <summary>What a line is known by: its custom id, or the first label of its request.</summary>
    public static string IdOf(JsonElement line) => line.Text("custom_id")
        ?? (line.Get("request")?.Get("labels") is { ValueKind: JsonValueKind.Object } labels ? labels.EnumerateObject().Select(label => label.Value.GetString()).FirstOrDefault() : null)
        ?? "";
}
