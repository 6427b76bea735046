using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Parsimony.Providers.Aws;

/// <summary>Reads <c>application/vnd.amazon.eventstream</c>: length, length of headers, checksum of both; headers, payload, checksum of all. Big endian.</summary>
/// <remarks>
/// Framing: https://smithy.io/2.0/aws/amazon-eventstream.html, read 2026-11-21.
/// <code>
/// | total u32 | headers u32 | crc u32 | headers ... | payload ... | crc u32 |
/// header: | name length u8 | name | type u8 | value |, text being type 7 with a length of u16
/// </code>
/// </remarks>
internal static class EventStreamReader
{
    private const int BlockBytes = 16 * 1024;
    private const int Prelude = 12;
    private const int Trailer = 4;
    private const int MostHeaders = 128 * 1024;

    // 16 MB of payload is what the format allows; its headers and frame come on top.
    private const int Most = (16 * 1024 * 1024) + MostHeaders + Prelude + Trailer;

    /// <summary>Streams the messages until the stream ends between two of them, and closes it.</summary>
    /// <exception cref="InvalidDataException">A checksum or a length is wrong: nothing after it can be trusted.</exception>
    /// <exception cref="EndOfStreamException">The stream ends inside a message.</exception>
    public static async IAsyncEnumerable<EventMessage> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A message takes two reads, and what is below measures the time of each.
        var buffered = new BufferedStream(stream, BlockBytes);
        await using var _ = buffered.ConfigureAwait(false);
        var prelude = new byte[Prelude];
        while (true)
        {
            var read = await buffered.ReadAtLeastAsync(prelude, Prelude, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                yield break;
            }

            if (read < Prelude)
            {
                throw new EndOfStreamException("The event stream ends inside a message.");
            }

            var (total, headers) = Lengths(prelude);
            var message = new byte[total];
            prelude.CopyTo(message, 0);
            await buffered.ReadExactlyAsync(message.AsMemory(Prelude), cancellationToken).ConfigureAwait(false);
            yield return Message(message, headers);
        }
    }

    private static (int Total, int Headers) Lengths(ReadOnlySpan<byte> prelude)
    {
        if (Crc32.Of(prelude[..8]) != BinaryPrimitives.ReadUInt32BigEndian(prelude[8..]))
        {
            throw new InvalidDataException("The checksum of an event's head is wrong.");
        }

        var total = BinaryPrimitives.ReadUInt32BigEndian(prelude);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(prelude[4..]);
        return total is >= Prelude + Trailer and <= Most && headers <= Math.Min(MostHeaders, total - Prelude - Trailer)
            ? ((int)total, (int)headers)
            : throw new InvalidDataException("An event's lengths are impossible.");
    }

    private static EventMessage Message(byte[] message, int headers)
    {
        if (Crc32.Of(message.AsSpan(0, message.Length - Trailer)) != BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(message.Length - Trailer)))
        {
            throw new InvalidDataException("The checksum of an event is wrong.");
        }

        try
        {
            return new EventMessage(Headers(message.AsSpan(Prelude, headers)), message.AsMemory(Prelude + headers, message.Length - Prelude - headers - Trailer));
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("An event's headers do not fit their length.", e);
        }
    }

    private static Dictionary<string, string> Headers(ReadOnlySpan<byte> bytes)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!bytes.IsEmpty)
        {
            var name = Encoding.UTF8.GetString(bytes.Slice(1, bytes[0]));
            bytes = bytes[(1 + bytes[0])..];
            var type = bytes[..1][0];
            bytes = bytes[1..];
            // 0 true, 1 false, 2 byte, 3 short, 4 int, 5 long, 6 bytes, 7 text, 8 time, 9 uuid.
            var start = type is 6 or 7 ? 2 : 0;
            var length = type switch
            {
                0 or 1 => 0,
                2 => 1,
                3 => 2,
                4 => 4,
                5 or 8 => 8,
                6 or 7 => BinaryPrimitives.ReadUInt16BigEndian(bytes[..2]),
                9 => 16,
                _ => throw new InvalidDataException("An event's header has an unknown type."),
            };
            if (type == 7)
            {
                headers[name] = Encoding.UTF8.GetString(bytes.Slice(start, length));
            }

            bytes = bytes[(start + length)..];
        }

        return headers;
    }
}
