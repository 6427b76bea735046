using System.Buffers.Text;
using System.Security.Cryptography;

namespace Parsimony.Engine;

/// <summary>A key that payloads are protected with: 32 bytes (AES-256), never shown, logged or stored. Thread safe.</summary>
public sealed class ProtectionKey
{
    private const int Length = 32;

    private readonly byte[] _key;

    private ProtectionKey(byte[] key)
    {
        _key = key;
        // Derived, so that a key cannot be given under another's name; half of a digest of 32 random bytes says nothing about them.
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(key, "parsimony payload key id"u8).AsSpan(0, 8));
    }

    /// <summary>What messages, pages and exports call it: 16 hexadecimal digits derived from the key.</summary>
    public string Id { get; }

    internal ReadOnlySpan<byte> Bytes => _key;

    /// <summary>Reads a key: 32 bytes in base64 or in 64 hexadecimal digits, space around them ignored.</summary>
    /// <exception cref="FormatException">It is neither; the message does not repeat the text.</exception>
    public static ProtectionKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryRead(text.Trim()) is { } key
            ? new ProtectionKey(key)
            : throw new FormatException("is no key: write 32 random bytes in base64 or hexadecimal, as 'openssl rand -base64 32' makes them.");
    }

    /// <summary>Names the key, never shows it.</summary>
    public override string ToString() => $"key {Id}";

    private static byte[]? TryRead(string text)
    {
        if (text.Length == 2 * Length && text.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(text);
        }

        var bytes = new byte[Length + 3];
        return Base64.IsValid(text) && Convert.TryFromBase64String(text, bytes, out var written) && written == Length ? bytes[..Length] : null;
    }
}
