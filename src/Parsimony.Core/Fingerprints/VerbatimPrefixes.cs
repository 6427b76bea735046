using System.Buffers;
using System.Text.Json;

namespace Parsimony;

/// <summary>Reads the blocks of a verbatim conversation, in the order its provider puts them into the prompt.</summary>
internal static class VerbatimPrefixes
{
    public static void Walk(Envelope envelope, ReadOnlySpan<byte> seed, PrefixChain chain)
    {
        using var document = JsonDocument.Parse(envelope.Bytes);
        var body = document.RootElement;
        var scratch = new ArrayBufferWriter<byte>();
        chain.AppendWord(seed);
        AppendFormat(body, chain, scratch);
        chain.Begin();
        if (body.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var tool in Items(body, "tools"u8))
        {
            chain.AppendWord("tool"u8);
            Append(tool, chain, scratch);
            chain.End(isStatic: true);
        }

        // Anthropic's instructions stand outside the messages, as do those of OpenAI's Responses.
        Speaker(body, envelope.Kind == EndpointKind.Messages ? "system"u8 : "instructions"u8, chain, scratch, isStatic: true);
        if (envelope.Kind == EndpointKind.Responses && body.TryGetProperty("input"u8, out var text) && text.ValueKind == JsonValueKind.String)
        {
            Speaker(body, "input"u8, chain, scratch, isStatic: false);
            return;
        }

        foreach (var message in Items(body, envelope.Kind == EndpointKind.Responses ? "input"u8 : "messages"u8))
        {
            Message(message, chain, scratch);
        }
    }

    private static void Message(JsonElement message, PrefixChain chain, ArrayBufferWriter<byte> scratch)
    {
        var isStatic = message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role"u8, out var role)
            && role.ValueKind == JsonValueKind.String && (role.ValueEquals("system"u8) || role.ValueEquals("developer"u8));
        var parts = Items(message, "content"u8);
        if (parts.Length == 0)
        {
            chain.AppendWord("turn"u8);
            Append(message, chain, scratch);
            chain.End(isStatic);
            return;
        }

        for (var i = 0; i < parts.Length; i++)
        {
            chain.AppendWord(i == 0 ? "turn"u8 : "part"u8);
            if (i == 0)
            {
                AppendLess(message, "content", chain, scratch);
            }

            chain.AppendWord([]);
            Append(parts[i], chain, scratch);
            chain.End(isStatic);
        }
    }

    /// <summary>A member that is a text or a list of parts.</summary>
    private static void Speaker(JsonElement body, ReadOnlySpan<byte> name, PrefixChain chain, ArrayBufferWriter<byte> scratch, bool isStatic)
    {
        if (!body.TryGetProperty(name, out var said) || said.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        JsonElement[] parts = said.ValueKind == JsonValueKind.Array ? [.. said.EnumerateArray()] : [said];
        foreach (var part in parts)
        {
            chain.AppendWord(name);
            Append(part, chain, scratch);
            chain.End(isStatic);
        }
    }

    /// <summary>A demanded schema stands before everything else in the prompt: OpenAI's chat and Responses, Anthropic's output_config.</summary>
    private static void AppendFormat(JsonElement body, PrefixChain chain, ArrayBufferWriter<byte> scratch)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var holder in (ReadOnlySpan<string>)["response_format", "text", "output_config", "output_format"])
        {
            if (body.TryGetProperty(holder, out var format) && format.ValueKind == JsonValueKind.Object)
            {
                Append(format.TryGetProperty("format"u8, out var inner) ? inner : format, chain, scratch);
            }
        }
    }

    private static JsonElement[] Items(JsonElement holder, ReadOnlySpan<byte> name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [];

    private static void Append(JsonElement value, PrefixChain chain, ArrayBufferWriter<byte> scratch)
    {
        scratch.ResetWrittenCount();
        using (var writer = CanonicalJson.Writer(scratch))
        {
            CanonicalJson.Write(value, writer, keepOrder: false, CacheMarkFilter.Marks);
        }

        chain.Append(scratch.WrittenSpan);
    }

    private static void AppendLess(JsonElement value, string without, PrefixChain chain, ArrayBufferWriter<byte> scratch)
    {
        scratch.ResetWrittenCount();
        using (var writer = CanonicalJson.Writer(scratch))
        {
            writer.WriteStartObject();
            foreach (var member in CanonicalJson.Ordered(value).Where(member => member.Name != without))
            {
                CanonicalJson.WriteMember(member, writer, keepOrder: false, CacheMarkFilter.Marks);
            }

            writer.WriteEndObject();
        }

        chain.Append(scratch.WrittenSpan);
    }
}
