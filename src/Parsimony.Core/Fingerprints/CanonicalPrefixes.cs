using System.Text.Json;

namespace Parsimony;

/// <summary>Reads the blocks of canonical chat bytes in one pass: format, tools and turns are the first members, in this order.</summary>
internal static class CanonicalPrefixes
{
    public static void Walk(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> seed, PrefixChain chain)
    {
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        reader.Read();
        chain.AppendWord(seed);
        if (reader.ValueTextEquals("format"u8))
        {
            chain.Append(Value(ref reader, bytes));
            reader.Read();
        }

        chain.Begin();
        if (reader.ValueTextEquals("tools"u8))
        {
            Tools(ref reader, bytes, chain);
            reader.Read();
        }

        if (reader.ValueTextEquals("turns"u8))
        {
            reader.Read();
            while (!chain.IsDone && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                Turn(ref reader, bytes, chain);
            }
        }
    }

    private static void Tools(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, PrefixChain chain)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            chain.AppendWord("tool"u8);
            chain.Append(Rest(ref reader, bytes));
            chain.End(isStatic: true);
        }
    }

    private static void Turn(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, PrefixChain chain)
    {
        ReadOnlySpan<byte> role = default;
        ReadOnlySpan<byte> name = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("role"u8))
            {
                role = Value(ref reader, bytes);
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                name = Value(ref reader, bytes);
            }
            else
            {
                Parts(ref reader, bytes, chain, role, name);
            }
        }
    }

    private static void Parts(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, PrefixChain chain, ReadOnlySpan<byte> role, ReadOnlySpan<byte> name)
    {
        var isFirst = true;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            chain.AppendWord(isFirst ? "turn"u8 : "part"u8);
            chain.AppendWord(role);
            chain.AppendWord(name);
            chain.Append(Rest(ref reader, bytes));
            chain.End(role.SequenceEqual("\"system\""u8));
            isFirst = false;
        }
    }

    /// <summary>The raw value of the member whose name was just read.</summary>
    private static ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        reader.Read();
        return Rest(ref reader, bytes);
    }

    /// <summary>The raw value that begins at the token just read.</summary>
    private static ReadOnlySpan<byte> Rest(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return bytes[start..(int)reader.BytesConsumed];
    }
}
