using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Aws;

/// <summary>A messages body as InvokeModel takes it: with a version, without model and stream flag, which the address says; the rest byte for byte.</summary>
/// <remarks>Shape: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html, read 2026-11-21.</remarks>
internal static class BedrockInvokeBody
{
    public const string Version = "bedrock-2023-05-31";

    private static readonly byte[] Versioned = Encoding.ASCII.GetBytes($"\"anthropic_version\":\"{Version}\"");

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = BedrockRequestRenderer.MaxDepth };

    /// <summary>Rewrites the body.</summary>
    /// <param name="body">An Anthropic request body.</param>
    /// <param name="keepsMarks">False to take every cache mark out: batches know no cache.</param>
    /// <param name="output">Gets the new body.</param>
    /// <exception cref="JsonException">The bytes are no JSON object.</exception>
    public static void Write(ReadOnlySpan<byte> body, bool keepsMarks, IBufferWriter<byte> output)
    {
        if (!keepsMarks && body.IndexOf("\"cache_control\""u8) >= 0)
        {
            body = WithoutMarks(body);
        }

        var reader = new Utf8JsonReader(body, ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A request body must be an object.");
        }

        var rest = new ArrayBufferWriter<byte>(body.Length);
        var hasVersion = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isLeftOut = reader.ValueTextEquals("model"u8) || reader.ValueTextEquals("stream"u8);
            hasVersion |= reader.ValueTextEquals("anthropic_version"u8);
            reader.Read();
            reader.Skip();
            if (!isLeftOut)
            {
                rest.Write(","u8);
                rest.Write(body[start..(int)reader.BytesConsumed]);
            }
        }

        // A second read tells what follows the object, which would break a whole job.
        reader.Read();
        output.Write("{"u8);
        if (hasVersion)
        {
            output.Write(rest.WrittenSpan.IsEmpty ? default : rest.WrittenSpan[1..]);
        }
        else
        {
            output.Write(Versioned);
            output.Write(rest.WrittenSpan);
        }

        output.Write("}"u8);
    }

    private static byte[] WithoutMarks(ReadOnlySpan<byte> body)
    {
        if (JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = BedrockRequestRenderer.MaxDepth }) is not JsonObject root)
        {
            throw new JsonException("A request body must be an object.");
        }

        root.Remove("cache_control");
        Strip(root["tools"]);
        Strip(root["system"]);
        foreach (var message in (root["messages"] as JsonArray ?? []).OfType<JsonObject>())
        {
            Strip(message["content"]);
        }

        var output = new ArrayBufferWriter<byte>(body.Length);
        using (var writer = new Utf8JsonWriter(output, BedrockRequestRenderer.WriterOptions))
        {
            root.WriteTo(writer);
        }

        return output.WrittenSpan.ToArray();
    }

    // Where the API takes marks: on blocks, and on the blocks inside a tool's result. Arguments and schemas may use the word for themselves.
    private static void Strip(JsonNode? blocks)
    {
        foreach (var block in (blocks as JsonArray ?? []).OfType<JsonObject>())
        {
            block.Remove("cache_control");
            Strip(block["content"]);
        }
    }
}
