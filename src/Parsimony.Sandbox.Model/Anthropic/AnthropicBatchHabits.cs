using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Batches whose requests travel inside the create call and are checked there; there are no files.</summary>
internal sealed class AnthropicBatchHabits : BatchHabits
{
    public override bool Finalizes => false;

    public override IReadOnlyList<BatchItem> Find(BatchState batch, Content content) => RequestArray.Index(content) ?? [];

    public override JsonElement Body(BatchState batch, JsonElement item) => item.Get("params") ?? default;
}
