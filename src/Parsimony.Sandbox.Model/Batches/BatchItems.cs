using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Finds a batch's requests in its content, and reads one.</summary>
internal static class BatchItems
{
    public static IReadOnlyList<BatchItem> Of(BatchState batch) => batch.Items ??= Find(batch);

    /// <summary>The body of one request.</summary>
    public static JsonElement Body(BatchState batch, ContentReader reader, int index)
    {
        var item = Of(batch)[index];
        var root = JsonElement.Parse(reader.Slice(item.Offset, item.Length));
        return root.Get(batch.Provider == "anthropic" ? "params" : "body") ?? default;
    }

    private static List<BatchItem> Find(BatchState batch)
    {
        if (batch.Content is not { } content)
            return [];
        if (batch.Provider == "anthropic")
            return RequestArray.Index(content) ?? [];
        return OpenAIBatchFile.Read(content).Items;
    }
}
