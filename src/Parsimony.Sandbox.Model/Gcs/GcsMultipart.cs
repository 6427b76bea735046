using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>A multipart/related upload: metadata as JSON, then the bytes (https://docs.cloud.google.com/storage/docs/uploading-objects#rest-upload-objects, read 2026-11-21).</summary>
internal static class GcsMultipart
{
    /// <summary>The name in the metadata, if any, the type of the bytes, and the bytes; null when the body is not well formed.</summary>
    public static (string? Name, string ContentType, byte[] Bytes)? Read(byte[] body, string? contentType)
    {
        const string Boundary = "boundary=";
        if (contentType?.IndexOf(Boundary, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at))
            return null;
        var delimiter = Encoding.ASCII.GetBytes("--" + contentType[(at + Boundary.Length)..].Split(';')[0].Trim(' ', '"', '\''));
        var first = body.AsSpan().IndexOf(delimiter);
        if (first < 0 || Part(body, delimiter, first + delimiter.Length) is not { } metadata || Part(body, delimiter, metadata.End + delimiter.Length) is not { } media)
            return null;
        try
        {
            var root = JsonElement.Parse(body.AsSpan(metadata.Start, metadata.Length));
            return (root.Text("name"), root.Text("contentType") ?? media.ContentType ?? "application/octet-stream", body[media.Start..(media.Start + media.Length)]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The part behind a delimiter, and where the next one stands.</summary>
    private static (int Start, int Length, string? ContentType, int End)? Part(byte[] body, byte[] delimiter, int from)
    {
        var head = body.AsSpan(from).IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return null;
        var start = from + head + 4;
        var length = body.AsSpan(start).IndexOf([.. "\r\n"u8, .. delimiter]);
        if (length < 0)
            return null;
        var type = Encoding.ASCII.GetString(body, from, head).Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase));
        return (start, length, type?["Content-Type:".Length..].Trim(), start + length + 2);
    }
}
