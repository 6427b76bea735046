using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>An embeddings body to vectors, in the order of the inputs, given as numbers or as base64 of little-endian floats.</summary>
internal sealed record OpenAIEmbeddingReader(IReadOnlyList<Embedding<float>> Vectors, TokenUsage? Usage)
{
    /// <summary>Reads the body.</summary>
    /// <exception cref="ProviderException">It holds no list of vectors.</exception>
    public static OpenAIEmbeddingReader Read(ReadOnlyMemory<byte> body, OpenAIProfile profile)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.Member("data") is not { ValueKind: JsonValueKind.Array })
            {
                throw OpenAIResponseReader.Malformed(profile.Id);
            }

            var model = root.Text("model");
            return new OpenAIEmbeddingReader(
                [.. root.Items("data").OrderBy(item => item.Count("index") ?? 0).Select(item => new Embedding<float>(Vector(item)) { ModelId = model })],
                OpenAIUsageReader.ReadFrom(root, profile.CountsReasoningApart));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw OpenAIResponseReader.Malformed(profile.Id, e);
        }
    }

    private static float[] Vector(JsonElement item)
    {
        if (item.Member("embedding") is { ValueKind: JsonValueKind.String } packed)
        {
            var bytes = packed.GetBytesFromBase64();
            var unpacked = new float[bytes.Length / sizeof(float)];
            for (var i = 0; i < unpacked.Length; i++)
            {
                unpacked[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
            }

            return unpacked;
        }

        return item.Member("embedding") is { ValueKind: JsonValueKind.Array } numbers
            ? [.. numbers.EnumerateArray().Select(number => number.GetSingle())]
            : throw new FormatException("A vector is neither numbers nor base64.");
    }
}
