using System.Buffers.Binary;

namespace Parsimony;

/// <summary>A versioned 128-bit fingerprint of a request or of a prefix of it.</summary>
/// <param name="Version">The rule that made it; <see cref="Fingerprinter.CurrentVersion"/> for new ones.</param>
/// <param name="High">The first 8 bytes of the digest, big-endian.</param>
/// <param name="Low">The next 8 bytes of the digest, big-endian.</param>
public readonly record struct Fingerprint(byte Version, ulong High, ulong Low)
{
    /// <summary>Takes the first 16 bytes of a digest.</summary>
    public static Fingerprint FromDigest(byte version, ReadOnlySpan<byte> digest) =>
        new(version, BinaryPrimitives.ReadUInt64BigEndian(digest), BinaryPrimitives.ReadUInt64BigEndian(digest[8..]));

    /// <summary>The 16 digest bytes, without the version.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Low);
        return bytes;
    }

    /// <summary>For example <c>1:9f86d081884c7d659a2feaa0c55ad015</c>.</summary>
    public override string ToString() => $"{Version}:{High:x16}{Low:x16}";
}
