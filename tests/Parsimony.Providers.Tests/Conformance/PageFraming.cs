using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

/// <summary>The events of a case as the bytes of a stream.</summary>
internal static class PageFraming
{
    public static byte[] Bytes(string framing, JsonArray events) => framing switch
    {
        "sse" => Encoding.UTF8.GetBytes(string.Concat(events.Select(Event))),
        "ndjson" => Encoding.UTF8.GetBytes(string.Concat(events.Select(one => one!["data"]!.ToJsonString() + "\n"))),
        "eventstream" => [.. events.SelectMany(Message)],
        _ => throw new InvalidOperationException($"No such framing: {framing}."),
    };

    private static string Event(JsonNode? one) => (string?)one!["comment"] is { } comment
        ? $": {comment}\n\n"
        : $"{((string?)one["event"] is { } name ? $"event: {name}\n" : "")}data: {(one["data"] is JsonValue word ? (string)word! : one["data"]!.ToJsonString())}\n\n";

    // A message of AWS's event stream: lengths, a checksum of them, headers, payload, a checksum of all.
    private static byte[] Message(JsonNode? one)
    {
        var isException = (string?)one!["exception"] is not null;
        byte[] headers =
        [
            .. Header(":message-type", isException ? "exception" : "event"),
            .. Header(isException ? ":exception-type" : ":event-type", (string)(one["exception"] ?? one["event"])!),
            .. Header(":content-type", "application/json"),
        ];
        var payload = Encoding.UTF8.GetBytes(one["data"]!.ToJsonString());
        var message = new byte[12 + headers.Length + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Checksum(message.AsSpan(0, 8)));
        headers.CopyTo(message, 12);
        payload.CopyTo(message, 12 + headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Checksum(message.AsSpan(0, message.Length - 4)));
        return message;
    }

    private static byte[] Header(string name, string value)
    {
        const byte Text = 7;
        var bytes = Encoding.UTF8.GetBytes(value);
        return [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), Text, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var one in bytes)
        {
            sum ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum >> 1) ^ (0xEDB88320 & (0 - (sum & 1)));
            }
        }

        return ~sum;
    }
}
