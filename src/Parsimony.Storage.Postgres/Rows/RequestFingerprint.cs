using System.Buffers.Binary;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>A fingerprint as a column: version and digest, 17 bytes.</summary>
internal static class RequestFingerprint
{
    internal static byte[] Write(Fingerprint fingerprint)
    {
        var bytes = new byte[17];
        RequestDigest.WriteFingerprint(fingerprint, bytes);
        return bytes;
    }

    internal static Fingerprint Read(byte[] bytes) =>
        new(bytes[0], BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(1)), BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(9)));
}
