using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>
/// A line of a dataset: <c>{"custom_id":"...","body":{...}}</c>, the model being the job's. One bad line fails the whole job, and the line it names may be another
/// (public field notes of 2026-04 and 2026-08, read 2026-11-20), so what a caller wrote himself is looked through here.
/// </summary>
internal sealed class FireworksLine(OpenAIRequestRenderer renderer) : IBatchLine
{
    private const string BeforeId = "{\"custom_id\":\"";
    private const string BeforeBody = "\",\"body\":";

    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    private readonly ArrayBufferWriter<byte> _body = new(4096);

    /// <inheritdoc/>
    public int Overhead => BeforeId.Length + BatchFile.LongestCustomId + BeforeBody.Length + "}\n".Length;

    /// <summary>Why a request cannot go in a batch; null when it can.</summary>
    public static string? FaultOf(Envelope envelope)
    {
        if (OpenAIRequestRenderer.KindOf(envelope) != EndpointKind.Chat)
        {
            return "kind_mismatch";
        }

        if (envelope.Dialect == Dialect.Canonical)
        {
            return ChatRequest.FromEnvelope(envelope).Turns.Count == 0 ? "no_messages" : null;
        }

        try
        {
            using var document = JsonDocument.Parse(envelope.Bytes, OpenAIResponseReader.Options);
            var messages = document.RootElement.Member("messages");
            return messages is not { ValueKind: JsonValueKind.Array } rows || rows.GetArrayLength() == 0 ? "no_messages"
                : rows.EnumerateArray().All(message => message.Text("role") is { } role && Roles.Contains(role, StringComparer.Ordinal)) ? null
                : "invalid_role";
        }
        catch (JsonException)
        {
            return "invalid_json";
        }
    }

    /// <inheritdoc/>
    public string? Fault(BatchItem item) => FaultOf(item.Envelope);

    /// <inheritdoc/>
    public void Write(BatchItem item, IBufferWriter<byte> output)
    {
        Encoding.ASCII.GetBytes(BeforeId, output);
        Encoding.ASCII.GetBytes(item.CustomId, output);
        Encoding.ASCII.GetBytes(BeforeBody, output);
        _body.ResetWrittenCount();
        renderer.Render(item.Envelope, item.Cache, _body);
        output.Write("{"u8);
        output.Write(WithoutModel(_body.WrittenSpan));
        output.Write("}"u8);
    }

    /// <summary>What follows the model, which the renderer writes first.</summary>
    private static ReadOnlySpan<byte> WithoutModel(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        reader.Read();
        if (!reader.ValueTextEquals("model"u8))
        {
            return body[1..];
        }

        reader.Read();
        var rest = body[(int)reader.BytesConsumed..];
        return rest[0] == (byte)',' ? rest[1..] : rest;
    }
}
