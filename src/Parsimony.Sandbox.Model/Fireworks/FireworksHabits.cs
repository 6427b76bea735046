using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Fireworks' jobs: one bad row fails the whole job, which then has no results; the results of others are a dataset
/// (https://docs.fireworks.ai/guides/batch-inference, read 2026-11-20).
/// </summary>
internal sealed class FireworksHabits : BatchHabits
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);
    private static readonly FireworksChatEndpoint Chat = new();

    public static string ModelOf(BatchState batch) => batch.Notes?.GetValueOrDefault("model") ?? "";

    public static string OutputOf(BatchState batch) => batch.Notes?.GetValueOrDefault("output") ?? "";

    public override IReadOnlyList<BatchItem> Find(BatchState batch, Content content) => CustomLines.Read(content, ModelOf(batch), static _ => null).Items;

    public override JsonElement Body(BatchState batch, JsonElement item) => CustomLines.WithModel(item.Get("body") ?? default, ModelOf(batch));

    public override BatchCheck Validate(BatchState batch, Content content)
    {
        var model = ModelOf(batch);
        return CustomLines.Read(content, model, body => Chat.Check(CustomLines.WithModel(body, model), batch: true)?.Message);
    }

    public override void Ended(WorldState state, BatchState batch, DateTimeOffset at)
    {
        // A job that was deleted while it ran takes what it had answered with it.
        if (!batch.IsDeleted)
            batch.OutputFile = FileShelf.OfBatch(state, batch, OutputOf(batch), "dataset", errors: false, at, Life).Id;
    }
}
