using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Parsimony.Providers;

/// <summary>
/// The most common chat request - a few turns of one text each, at most an output limit and a temperature - written straight from its canonical
/// bytes: the same bytes <see cref="OpenAIChatWriter"/> makes, in a quarter of the time. Whatever is more than that is left to it.
/// </summary>
internal static class OpenAIPlainChat
{
    private const int MostTurns = 32;

    private enum Role : byte
    {
        System,
        User,
        Assistant,
    }

    /// <summary>Writes the body; false, and nothing written, when the request is not that plain.</summary>
    public static bool TryWrite(Envelope envelope, ModelFacts? facts, OpenAIChatHabits habits, IBufferWriter<byte> output)
    {
        Span<Turn> turns = stackalloc Turn[MostTurns];
        var bytes = envelope.Bytes.Span;
        if (!TryRead(bytes, turns, out var plain))
        {
            return false;
        }

        using var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("model"u8, envelope.Model.Name);
        writer.WriteStartArray("messages"u8);
        foreach (var turn in turns[..plain.Turns])
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, turn.Role switch { Role.System => "system"u8, Role.Assistant => "assistant"u8, _ => "user"u8 });
            WriteText(bytes, turn, writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (plain.MaxOutputTokens is { } most)
        {
            writer.WriteNumber(OpenAIChatWriter.LimitName(facts, habits), most);
        }

        if (plain.Temperature is { } temperature && facts?.RefusesSampling is not true)
        {
            writer.WriteNumber("temperature"u8, temperature);
        }

        writer.WriteEndObject();
        return true;
    }

    private static void WriteText(ReadOnlySpan<byte> bytes, Turn turn, Utf8JsonWriter writer)
    {
        if (!turn.IsEscaped)
        {
            writer.WriteString("content"u8, bytes.Slice(turn.Start + 1, turn.Length));
            return;
        }

        // Unescaped, a text only becomes shorter.
        var text = ArrayPool<byte>.Shared.Rent(turn.Length);
        try
        {
            var reader = new Utf8JsonReader(bytes.Slice(turn.Start, turn.Length + 2));
            reader.Read();
            writer.WriteString("content"u8, text.AsSpan(0, reader.CopyString(text)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, Span<Turn> turns, out Plain plain)
    {
        plain = default;
        var reader = new Utf8JsonReader(bytes);
        try
        {
            return Next(ref reader, JsonTokenType.StartObject) && NextMember(ref reader, "turns"u8) && Next(ref reader, JsonTokenType.StartArray)
                && TryReadTurns(ref reader, turns, ref plain) && TryReadLimits(ref reader, ref plain);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryReadTurns(ref Utf8JsonReader reader, Span<Turn> turns, ref Plain plain)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (plain.Turns == turns.Length || !TryReadTurn(ref reader, out turns[plain.Turns++]))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    private static bool TryReadTurn(ref Utf8JsonReader reader, out Turn turn)
    {
        turn = default;
        if (!NextMember(ref reader, "role"u8) || !Next(ref reader, JsonTokenType.String) || !TryReadRole(ref reader, out var role)
            || !NextMember(ref reader, "parts"u8) || !Next(ref reader, JsonTokenType.StartArray) || !Next(ref reader, JsonTokenType.StartObject)
            || !NextMember(ref reader, "type"u8) || !Next(ref reader, JsonTokenType.String) || !reader.ValueTextEquals("text"u8)
            || !NextMember(ref reader, "text"u8) || !Next(ref reader, JsonTokenType.String) || !Utf8.IsValid(reader.ValueSpan))
        {
            return false;
        }

        turn = new Turn(role, checked((int)reader.TokenStartIndex), reader.ValueSpan.Length, reader.ValueIsEscaped);
        return Next(ref reader, JsonTokenType.EndObject) && Next(ref reader, JsonTokenType.EndArray) && Next(ref reader, JsonTokenType.EndObject);
    }

    private static bool TryReadRole(ref Utf8JsonReader reader, out Role role)
    {
        role = reader.ValueTextEquals("system"u8) ? Role.System : reader.ValueTextEquals("assistant"u8) ? Role.Assistant : Role.User;
        return role != Role.User || reader.ValueTextEquals("user"u8);
    }

    /// <summary>Both limits may be absent; anything else, or in another order, is not plain.</summary>
    private static bool TryReadLimits(ref Utf8JsonReader reader, ref Plain plain)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("maxOutputTokens"u8))
        {
            if (!Next(ref reader, JsonTokenType.Number) || !reader.TryGetInt32(out var most))
            {
                return false;
            }

            plain.MaxOutputTokens = most;
            reader.Read();
        }

        if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("temperature"u8))
        {
            if (!Next(ref reader, JsonTokenType.Number) || !reader.TryGetDouble(out var temperature))
            {
                return false;
            }

            plain.Temperature = temperature;
            reader.Read();
        }

        return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
    }

    private static bool Next(ref Utf8JsonReader reader, JsonTokenType type) => reader.Read() && reader.TokenType == type;

    private static bool NextMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        Next(ref reader, JsonTokenType.PropertyName) && reader.ValueTextEquals(name);

    /// <summary>Where a turn's text stands: the place of its opening quote, and the length between the quotes.</summary>
    private readonly record struct Turn(Role Role, int Start, int Length, bool IsEscaped);

    private record struct Plain(int Turns, int? MaxOutputTokens, double? Temperature);
}
