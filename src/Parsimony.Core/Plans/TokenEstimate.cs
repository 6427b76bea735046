using System.Buffers;
using System.Text.Json;

namespace Parsimony;

/// <summary>What a request may come to, before it is sent. Always marked as an estimate where it is shown.</summary>
/// <param name="MeanInput">Likely input tokens.</param>
/// <param name="InputBound">Input tokens it cannot exceed.</param>
/// <param name="MaxOutput">Output tokens the request allows over all its choices; null when it sets no limit.</param>
/// <param name="Choices">How many answers it asks for at once.</param>
public readonly record struct TokenEstimate(long MeanInput, long InputBound, long? MaxOutput, int Choices)
{
    // Byte-level tokenizers never make more tokens than bytes; four bytes a token is the usual English mean.
    private const int BytesPerToken = 4;

    // The dearest image of any provider's published formula stays below this (Anthropic about 4,800 tokens at its largest size, OpenAI's patch
    // models about 3,800 with their multiplier); UNVERIFIED as a bound, so it is generous.
    private const int TokensPerImage = 8_000;

    // Role markers, tool preambles: what a provider adds around the text.
    private const int Overhead = 512;

    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    /// <summary>Reads an envelope's bytes once, without building anything.</summary>
    public static TokenEstimate Of(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var reader = new Utf8JsonReader(envelope.Bytes.Span);
        long inline = 0;
        long images = 0;
        long? maxOutput = null;
        var choices = 1;
        var isImageNext = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                ReadLimit(ref reader, ref maxOutput, ref choices);
            }

            if (reader.TokenType != JsonTokenType.String)
            {
                continue;
            }

            var value = reader.ValueSpan;
            if (value.StartsWith("image/"u8))
            {
                isImageNext = true;
            }
            else if (IsImage(value, isImageNext))
            {
                inline += value.Length;
                images++;
                isImageNext = false;
            }
        }

        var text = envelope.Bytes.Length - inline;
        return new TokenEstimate(
            (text / BytesPerToken) + (images * TokensPerImage / 4),
            text + Overhead + (images * TokensPerImage),
            maxOutput * choices,
            choices);
    }

    /// <summary>Likely tokens of one block of a prompt, from its JSON.</summary>
    internal static int OfBlock(ReadOnlySpan<byte> json)
    {
        var tokens = json.Length / BytesPerToken;
        return tokens > TokensPerImage / 4 && (json.IndexOf("\"image/"u8) >= 0 || json.IndexOf("data:image/"u8) >= 0) ? TokensPerImage / 4 : tokens;
    }

    /// <summary>An inline picture is priced by the provider's formula. Other inline data (a PDF) has no such bound and counts by its bytes.</summary>
    private static bool IsImage(ReadOnlySpan<byte> value, bool isImageNext) =>
        value.StartsWith("data:image/"u8) || (isImageNext && value.Length > 64 && !value.ContainsAnyExcept(Base64));

    private static void ReadLimit(ref Utf8JsonReader reader, ref long? maxOutput, ref int choices)
    {
        var isLimit = reader.ValueTextEquals("maxOutputTokens"u8) || reader.ValueTextEquals("max_tokens"u8)
            || reader.ValueTextEquals("max_completion_tokens"u8) || reader.ValueTextEquals("max_output_tokens"u8);
        var isChoices = reader.ValueTextEquals("n"u8) || reader.ValueTextEquals("count"u8);
        if (!(isLimit || isChoices) || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var value) || value < 0)
        {
            return;
        }

        if (isLimit)
        {
            maxOutput = Math.Max(maxOutput ?? 0, value);
        }
        else
        {
            choices = (int)Math.Clamp(value, 1, 1_000);
        }
    }
}
