using System.Text.Json;

namespace Parsimony.Providers.Aws;

/// <summary>Cache marks as Converse takes them: a block of their own behind the block they mark, with a lifetime where it is not the default of five minutes.</summary>
/// <remarks>
/// Four at most, not after reasoning, lifetimes never longer than those before them
/// (https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html, read 2026-11-20). Which block takes a mark is decided as for Anthropic's own API.
/// </remarks>
internal static class BedrockMarks
{
    /// <summary>Writes the mark that stands after a block, if one does.</summary>
    public static void Write(Utf8JsonWriter writer, AnthropicMarks marks, int block)
    {
        if (marks.Lifetime(block) is not { } lifetime)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteStartObject("cachePoint"u8);
        writer.WriteString("type"u8, "default"u8);
        if (AnthropicMarks.Word(lifetime) is { } ttl)
        {
            writer.WriteString("ttl"u8, ttl);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
