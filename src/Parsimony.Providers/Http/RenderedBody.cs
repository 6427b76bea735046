using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Providers;

/// <summary>The body of one canonical request, with the caller's raw members over it.</summary>
internal static class RenderedBody
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 512 };

    /// <summary>Writes the body.</summary>
    /// <param name="provider">Whom it is for.</param>
    /// <param name="envelope">What is asked.</param>
    /// <param name="write">Writes the body as the provider has it, and returns the raw members.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="ProviderException">The request cannot be said.</exception>
    public static void Write(ProviderId provider, Envelope envelope, Func<Utf8JsonWriter, JsonObject?> write, IBufferWriter<byte> output)
    {
        try
        {
            var body = new ArrayBufferWriter<byte>(envelope.Bytes.Length + 256);
            var raw = WriteOwn(write, body);
            if (raw is { Count: > 0 })
            {
                RawMembers.Write(body.WrittenSpan, raw, Options, output);
            }
            else
            {
                output.Write(body.WrittenSpan);
            }
        }
        catch (CannotSayException e)
        {
            throw new ProviderException(provider, e.Failure, e);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new ProviderException(provider, new CannotSayException(FailureCause.InvalidRequest, "canonical").Failure, e);
        }
    }

    /// <summary>A body that asks for a stream.</summary>
    /// <param name="body">One JSON object with at least one member.</param>
    /// <param name="flag">The member that asks for it, and what goes with it.</param>
    public static ReadOnlyMemory<byte> Streamed(ReadOnlySpan<byte> body, ReadOnlySpan<byte> flag) => (byte[])[.. "{"u8, .. flag, .. ","u8, .. body[1..]];

    private static JsonObject? WriteOwn(Func<Utf8JsonWriter, JsonObject?> write, ArrayBufferWriter<byte> body)
    {
        using var writer = new Utf8JsonWriter(body, Options);
        return write(writer);
    }
}
