using System.Buffers.Binary;
using System.IO.Compression;

namespace Parsimony.Engine;

/// <summary>A page as it is stored.</summary>
/// <param name="Data">Holds its bytes, and may be longer.</param>
/// <param name="Length">How many of them are the page's.</param>
/// <param name="Codec">0 as is, 1 Brotli.</param>
/// <param name="RawBytes">Its length when unpacked.</param>
internal readonly record struct PackedPage(byte[] Data, int Length, int Codec, int RawBytes)
{
    /// <summary>A page's raw bytes; null when they are damaged.</summary>
    internal static byte[]? Unpack(ReadOnlySpan<byte> data, int codec, int rawBytes)
    {
        var page = GC.AllocateUninitializedArray<byte>(rawBytes);
        if (codec != 0)
        {
            return BrotliDecoder.TryDecompress(data, page, out var written) && written == rawBytes ? page : null;
        }

        return data.TryCopyTo(page) && data.Length == rawBytes ? page : null;
    }

    /// <summary>One payload of a raw page.</summary>
    internal static ReadOnlyMemory<byte> Slice(byte[] page, int slot)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(page);
        var start = slot == 0 ? 4 + (4 * count) : BinaryPrimitives.ReadInt32LittleEndian(page.AsSpan(4 * slot));
        var end = BinaryPrimitives.ReadInt32LittleEndian(page.AsSpan(4 + (4 * slot)));
        return page.AsMemory(start, end - start);
    }
}
