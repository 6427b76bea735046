using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Finds a batch's requests in its content, and reads one.</summary>
internal static class BatchItems
{
    public static IReadOnlyList<BatchItem> Of(BatchState batch) =>
        batch.Items ??= batch.Content is { } content ? Twins.HabitsOf(batch.Provider).Find(batch, content) : [];

    /// <summary>What answers a batch's requests.</summary>
    public static Endpoint EndpointOf(BatchState batch) =>
        Twins.Find(batch.Provider) is { } twin ? twin.ByPath[batch.Endpoint] : throw new InvalidOperationException($"There is no provider '{batch.Provider}'.");

    /// <summary>The body of one request.</summary>
    public static JsonElement Body(BatchState batch, ContentReader reader, int index)
    {
        var item = Of(batch)[index];
        var root = JsonElement.Parse(reader.Slice(item.Offset, item.Length));
        return Twins.HabitsOf(batch.Provider).Body(batch, root);
    }

    /// <summary>Why the body of one request cannot be answered at an instant; null when it can, and then it is whole.</summary>
    public static Refusal? Check(WorldState state, BatchState batch, DateTimeOffset at, ref JsonElement body) =>
        EndpointOf(batch).Check(body, batch: true) ?? Twins.HabitsOf(batch.Provider).Complete(state, batch, at, ref body);
}
