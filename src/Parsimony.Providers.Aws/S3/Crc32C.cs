using System.Buffers.Binary;
using System.Numerics;

namespace Parsimony.Providers.Aws;

/// <summary>The checksum S3 is given with a body: CRC-32C, which processors compute themselves, as S3 writes it (big endian, base64).</summary>
internal static class Crc32C
{
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        Span<byte> sum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(sum, ~crc);
        return Convert.ToBase64String(sum);
    }
}
