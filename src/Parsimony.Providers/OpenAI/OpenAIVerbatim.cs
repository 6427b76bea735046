using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>
/// Sends a caller's own OpenAI body on, token by token as it was written: only the model's name, a stream flag and line ends change, and what is asked of the prompt cache is
/// added where the caller asks nothing of it.
/// </summary>
internal static class OpenAIVerbatim
{
    /// <summary>How deep JSON may nest.</summary>
    public const int MaxDepth = 512;

    private static ReadOnlySpan<byte> Breakpoint => "\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}"u8;

    /// <summary>Writes the body on one line.</summary>
    /// <exception cref="CannotSayException">The bytes are no JSON object.</exception>
    public static void Write(Envelope envelope, OpenAICacheMarks marks, IBufferWriter<byte> output)
    {
        try
        {
            var reader = new Utf8JsonReader(envelope.Bytes.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new CannotSayException(FailureCause.InvalidRequest, "body");
            }

            WriteMembers(ref reader, envelope, marks, output);
            // Rubbish after the object would break a whole batch: reading on throws for it.
            reader.Read();
        }
        catch (JsonException e)
        {
            throw new CannotSayException(FailureCause.InvalidRequest, "body", e);
        }
    }

    private static void WriteMembers(ref Utf8JsonReader reader, Envelope envelope, OpenAICacheMarks marks, IBufferWriter<byte> output)
    {
        var hasModel = false;
        var isFirst = true;
        output.Write("{"u8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsOurs(ref reader))
            {
                reader.Skip();
                continue;
            }

            output.Write(isFirst ? ""u8 : ","u8);
            isFirst = false;
            if (reader.ValueTextEquals("model"u8))
            {
                hasModel = true;
                WriteModel(envelope.Model.Name, output);
                reader.Skip();
                continue;
            }

            Quote(reader.ValueSpan, output);
            output.Write(":"u8);
            reader.Read();
            WriteValue(ref reader, marks, output);
        }

        if (!hasModel)
        {
            output.Write(isFirst ? ""u8 : ","u8);
            WriteModel(envelope.Model.Name, output);
        }

        // The model stands before them, so a comma does, too.
        if (marks.IsExplicit)
        {
            output.Write(",\"prompt_cache_options\":{\"mode\":\"explicit\"}"u8);
        }

        if (marks is { RoutingKey: { } key, RoutingMember: { } member })
        {
            output.Write(Encoding.UTF8.GetBytes($",\"{member}\":"));
            using var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions);
            writer.WriteStringValue(key);
        }

        output.Write("}"u8);
    }

    // Batches refuse a stream flag, and members that only steer this library are no business of the provider's.
    private static bool IsOurs(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("stream"u8) || reader.ValueTextEquals("stream_options"u8) || reader.ValueSpan.StartsWith("parsimony"u8);

    private static void WriteModel(string model, IBufferWriter<byte> output)
    {
        output.Write("\"model\":"u8);
        using var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions);
        writer.WriteStringValue(model);
    }

    /// <summary>Copies one value, strings and numbers as they were written, white space left out.</summary>
    private static void WriteValue(ref Utf8JsonReader reader, OpenAICacheMarks marks, IBufferWriter<byte> output)
    {
        var depth = reader.CurrentDepth;
        var needsComma = false;
        do
        {
            var isEnd = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            if (needsComma && !isEnd)
            {
                output.Write(","u8);
            }

            needsComma = reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    Quote(reader.ValueSpan, output);
                    output.Write(":"u8);
                    break;
                case JsonTokenType.String:
                    WriteText(ref reader, marks, output);
                    break;
                case JsonTokenType.EndObject when marks.FormAt(reader.TokenStartIndex) == OpenAIVerbatimForm.Part:
                    output.Write(","u8);
                    output.Write(Breakpoint);
                    output.Write("}"u8);
                    break;
                default:
                    output.Write(reader.ValueSpan);
                    break;
            }
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && reader.Read());
    }

    /// <summary>A text; one that is marked becomes the part, or the message, that says the same.</summary>
    private static void WriteText(ref Utf8JsonReader reader, OpenAICacheMarks marks, IBufferWriter<byte> output)
    {
        var form = marks.FormAt(reader.TokenStartIndex);
        if (form is not (OpenAIVerbatimForm.Text or OpenAIVerbatimForm.Input))
        {
            Quote(reader.ValueSpan, output);
            return;
        }

        var isInput = form == OpenAIVerbatimForm.Input;
        output.Write(isInput ? "[{\"role\":\"user\",\"content\":"u8 : ""u8);
        output.Write(isInput || marks.IsResponses ? "[{\"type\":\"input_text\",\"text\":"u8 : "[{\"type\":\"text\",\"text\":"u8);
        Quote(reader.ValueSpan, output);
        output.Write(","u8);
        output.Write(Breakpoint);
        output.Write(isInput ? "}]}]"u8 : "}]"u8);
    }

    private static void Quote(ReadOnlySpan<byte> escaped, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        output.Write(escaped);
        output.Write("\""u8);
    }
}
