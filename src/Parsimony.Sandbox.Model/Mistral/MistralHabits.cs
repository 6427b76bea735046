using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Mistral's batch jobs: lines without model and url, two result files, both only of what ran (https://docs.mistral.ai/studio-api/batch-processing, read 2026-11-20).</summary>
internal sealed class MistralHabits : BatchHabits
{
    private static readonly TimeSpan ResultLife = TimeSpan.FromDays(30);

    public static string ModelOf(BatchState batch) => batch.Notes?.GetValueOrDefault("model") ?? "";

    /// <summary>An id as Mistral's are: a UUID.</summary>
    public static string NewId(WorldState state, string kind, long number)
    {
        var digits = state.NewId("", kind, number) + state.NewId("", kind + " more", number)[..8];
        return $"{digits[..8]}-{digits[8..12]}-{digits[12..16]}-{digits[16..20]}-{digits[20..32]}";
    }

    public override IReadOnlyList<BatchItem> Find(BatchState batch, Content content) => CustomLines.Read(content, ModelOf(batch), static _ => null).Items;

    public override JsonElement Body(BatchState batch, JsonElement item) => CustomLines.WithModel(item.Get("body") ?? default, ModelOf(batch));

    public override BatchCheck Validate(BatchState batch, Content content)
    {
        var model = ModelOf(batch);
        return CustomLines.Read(content, model, body => body.Text("model") is { } other && other != model ? "The line names another model than the job." : null);
    }

    public override void Ended(WorldState state, BatchState batch, DateTimeOffset at)
    {
        if (batch.Done.Exists(d => d.End == ItemEnd.Succeeded))
            batch.OutputFile = Add(state, batch, at, errors: false);
        if (batch.Done.Exists(d => d.End != ItemEnd.Succeeded))
            batch.ErrorFile = Add(state, batch, at, errors: true);
    }

    private static string Add(WorldState state, BatchState batch, DateTimeOffset at, bool errors) => FileShelf.OfBatch(
        state, batch, NewId(state, "mistral file", state.Files.Count + 1), $"{batch.Id}_{(errors ? "error" : "output")}.jsonl", errors, at, ResultLife).Id;
}
