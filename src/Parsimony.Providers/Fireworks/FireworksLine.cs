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
            // As canonical bytes write a first turn: only what does not show one at a glance is read for it.
            return envelope.Bytes.Span.IndexOf("\"turns\":[{"u8) < 0 && ChatRequest.FromEnvelope(envelope).Turns.Count == 0 ? "no_messages" : null;
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
        WriteWithoutModel(_body.WrittenSpan, output);
        output.Write("}"u8);
    }

    /// <summary>Writes a body but for its model, which stands first in what is rendered, and anywhere in what a caller wrote himself.</summary>
    private static void WriteWithoutModel(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = OpenAIVerbatim.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isModel = reader.ValueTextEquals("model"u8);
            reader.Skip();
            if (isModel)
            {
                // With the comma behind it, or, at the end, the one before it.
                var rest = body[(int)reader.BytesConsumed..];
                var isLast = rest[0] != (byte)',';
                output.Write(isLast && body[start - 1] == (byte)',' ? body[..(start - 1)] : body[..start]);
                output.Write(isLast ? rest : rest[1..]);
                return;
            }
        }

        output.Write(body);
    }
}
