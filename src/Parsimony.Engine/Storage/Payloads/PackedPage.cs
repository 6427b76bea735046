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

    /// <summary>A raw page with the payloads of some slots alone, the others empty, so that slots keep their numbers; null when nothing is left.</summary>
    internal static byte[]? Keep(byte[] page, IReadOnlySet<int> slots)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(page);
        var head = 4 + (4 * count);
        var kept = new byte[head + slots.Where(slot => slot < count).Sum(slot => Slice(page, slot).Length)];
        BinaryPrimitives.WriteInt32LittleEndian(kept, count);
        var end = head;
        for (var slot = 0; slot < count; slot++)
        {
            if (slots.Contains(slot))
            {
                var payload = Slice(page, slot);
                payload.Span.CopyTo(kept.AsSpan(end));
                end += payload.Length;
            }

            BinaryPrimitives.WriteInt32LittleEndian(kept.AsSpan(4 + (4 * slot)), end);
        }

        return slots.Count == 0 ? null : kept;
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
