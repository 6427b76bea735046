using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parsimony;

/// <summary>One block of a prompt as a provider's cache sees it: what it is, a hash of its content, its length. Holds no text.</summary>
/// <param name="Kind"><c>format</c>, <c>tool</c>, <c>system</c>, <c>user</c>, <c>assistant</c> or what else speaks.</param>
/// <param name="Hash">Hash of its content alone, whatever stands before it.</param>
/// <param name="Bytes">Its length in canonical bytes (UTF-8).</param>
/// <param name="IsStatic">Whether it stands before anything that is meant to change from request to request.</param>
public readonly record struct PrefixBlock(string Kind, ulong Hash, int Bytes, bool IsStatic)
{
    private const int MostRoleBytes = 64;

    private static readonly (byte[] Quoted, string Kind)[] Roles =
        [("\"system\""u8.ToArray(), "system"), ("\"developer\""u8.ToArray(), "system"), ("\"user\""u8.ToArray(), "user"), ("\"assistant\""u8.ToArray(), "assistant"), ("\"tool\""u8.ToArray(), "tool")];

    /// <summary>The blocks of a prompt, in prefix order; the wanted format first. None for requests that are not conversations.</summary>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public static IReadOnlyList<PrefixBlock> Of(Envelope envelope)
    {
        var blocks = new List<PrefixBlock>();
        Fingerprinter.Walk(envelope, (bytes, isStatic) => blocks.Add(Of(bytes, isStatic)));
        return blocks;
    }

    /// <summary>Where the same block of two prompts begins to differ, in bytes of its content; null where it does not, or one of them has no such block.</summary>
    /// <param name="left">A prompt.</param>
    /// <param name="right">Another.</param>
    /// <param name="block">The block's position, as in <see cref="Of(Envelope)"/>.</param>
    /// <exception cref="System.Text.Json.JsonException">A verbatim body is not JSON.</exception>
    public static int? FirstDifference(Envelope left, Envelope right, int block)
    {
        if (ContentOf(left, block) is not { } one || ContentOf(right, block) is not { } other)
        {
            return null;
        }

        var common = one.AsSpan().CommonPrefixLength(other);
        return common == one.Length && common == other.Length ? null : common;
    }

    // Words before the content say what it is; they end with a zero byte.
    private static PrefixBlock Of(ReadOnlySpan<byte> bytes, bool isStatic)
    {
        var content = Content(bytes, out var kind);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return new PrefixBlock(kind, BinaryPrimitives.ReadUInt64BigEndian(digest), content.Length, isStatic);
    }

    private static byte[]? ContentOf(Envelope envelope, int block)
    {
        byte[]? found = null;
        var at = 0;
        Fingerprinter.Walk(envelope, (bytes, _) =>
        {
            if (at++ == block)
            {
                found = Content(bytes, out var _).ToArray();
            }
        });
        return found;
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> bytes, out string kind)
    {
        kind = "format";
        var word = Word(ref bytes);
        if (word.SequenceEqual("tool"u8) || word.SequenceEqual("system"u8) || word.SequenceEqual("instructions"u8) || word.SequenceEqual("input"u8))
        {
            kind = word.SequenceEqual("tool"u8) ? "tool" : word.SequenceEqual("input"u8) ? "user" : "system";
            return bytes;
        }

        if (!word.SequenceEqual("turn"u8) && !word.SequenceEqual("part"u8))
        {
            return bytes;
        }

        // Canonical turns go on with the role and the name, verbatim ones with the message around the part, which names its role.
        var speaker = bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes;
        kind = Role(speaker);
        if (speaker.Length <= MostRoleBytes && speaker.IndexOf((byte)'{') < 0)
        {
            Word(ref bytes);
            Word(ref bytes);
        }

        return bytes;
    }

    private static string Role(ReadOnlySpan<byte> speaker)
    {
        foreach (var (quoted, kind) in Roles)
        {
            if (speaker.IndexOf(quoted) >= 0)
            {
                return kind;
            }
        }

        return "turn";
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        if (end < 0)
        {
            return [];
        }

        var word = bytes[..end];
        bytes = bytes[(end + 1)..];
        return word;
    }
}
