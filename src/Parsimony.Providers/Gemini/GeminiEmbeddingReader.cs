using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>An embeddings body to vectors: <c>embedding</c> of a single call or a batch line, <c>embeddings</c> of a call with many.</summary>
/// <remarks>Source: https://ai.google.dev/api/embeddings, read 2026-11-21.</remarks>
internal static class GeminiEmbeddingReader
{
    /// <summary>Whether a body holds vectors.</summary>
    public static bool IsEmbedding(JsonElement root) => root.Object("embedding") is not null || root.Member("embeddings") is { ValueKind: JsonValueKind.Array };

    /// <summary>Reads the vectors, in the order of the inputs.</summary>
    /// <exception cref="ProviderException">The body holds none.</exception>
    public static IReadOnlyList<Embedding<float>> Read(ReadOnlyMemory<byte> body, GeminiFlavour flavour)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var model = root.Text("modelVersion");
            IEnumerable<JsonElement> vectors = root.Object("embedding") is { } single ? [single] : root.Items("embeddings");
            List<Embedding<float>> read = [.. vectors.Select(vector => new Embedding<float>(Numbers(vector, flavour)) { ModelId = model })];
            return read.Count > 0 ? read : throw flavour.Malformed();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw flavour.Malformed(e);
        }
    }

    private static float[] Numbers(JsonElement vector, GeminiFlavour flavour) => vector.Member("values") is { ValueKind: JsonValueKind.Array } values
        ? [.. values.EnumerateArray().Select(number => number.GetSingle())]
        : throw flavour.Malformed();
}
