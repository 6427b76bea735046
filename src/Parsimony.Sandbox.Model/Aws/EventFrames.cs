using System.Buffers.Binary;
using System.Text;

namespace Parsimony.Sandbox.Model;

/// <summary>Writes messages of an event stream: prelude, text headers, payload, each part under a CRC-32 (https://smithy.io/2.0/aws/amazon-eventstream.html, read 2026-11-21).</summary>
internal static class EventFrames
{
    private const byte TextHeader = 7;

    /// <summary>A reply whose body is these events.</summary>
    public static SandboxResponse Reply(IEnumerable<StreamEvent> events) => Exit.Produced("application/vnd.amazon.eventstream", async (target, cancellationToken) =>
    {
        foreach (var (name, data) in events)
        {
            await target.WriteAsync(Of(data, (":event-type", name ?? ""), (":content-type", "application/json"), (":message-type", "event")), cancellationToken).ConfigureAwait(false);
            await target.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    });

    /// <summary>One message.</summary>
    public static byte[] Of(byte[] payload, params (string Name, string Value)[] headers)
    {
        using var head = new MemoryStream();
        Span<byte> two = stackalloc byte[2];
        foreach (var (name, value) in headers)
        {
            head.WriteByte((byte)Encoding.UTF8.GetByteCount(name));
            head.Write(Encoding.UTF8.GetBytes(name));
            head.WriteByte(TextHeader);
            BinaryPrimitives.WriteUInt16BigEndian(two, (ushort)Encoding.UTF8.GetByteCount(value));
            head.Write(two);
            head.Write(Encoding.UTF8.GetBytes(value));
        }

        var message = new byte[12 + head.Length + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), (int)head.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Sum(message.AsSpan(0, 8)));
        head.ToArray().CopyTo(message, 12);
        payload.CopyTo(message, 12 + (int)head.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Sum(message.AsSpan(0, message.Length - 4)));
        return message;
    }

    // Bit by bit: streams here are short, and a table would be one more thing to be wrong.
    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum >> 1) ^ ((sum & 1) * 0xEDB88320u);
        }

        return sum ^ 0xFFFFFFFFu;
    }
}
