using System.Buffers.Binary;
using System.IO.Compression;

namespace Parsimony.Sandbox.Model;

/// <summary>A valid one-colour PNG whose colour comes from the prompt; stands for a generated image.</summary>
internal static class SimulatedPng
{
    private const int MaxSide = 4096;

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] Draw(string prompt, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(width, Math.Clamp(width, 1, MaxSide));
        ArgumentOutOfRangeException.ThrowIfNotEqual(height, Math.Clamp(height, 1, MaxSide));
        var hash = StableHash.Of(prompt);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);

        // 8 bits a sample, palette colour, deflate, adaptive filters, no interlace (PNG third edition, section 11.2.1).
        header[8] = 8;
        header[9] = 3;
        ReadOnlySpan<byte> palette = [(byte)hash, (byte)(hash >> 8), (byte)(hash >> 16)];

        using var image = new MemoryStream();
        image.Write(Signature);
        WriteChunk(image, "IHDR"u8, header);
        WriteChunk(image, "PLTE"u8, palette);
        WriteChunk(image, "IDAT"u8, Rows(width, height));
        WriteChunk(image, "IEND"u8, []);
        return image.ToArray();
    }

    private static byte[] Rows(int width, int height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[width + 1];
            for (var y = 0; y < height; y++)
                zlib.Write(row);
        }

        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream image, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        image.Write(number);
        image.Write(type);
        image.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(Crc(uint.MaxValue, type), data) ^ uint.MaxValue);
        image.Write(number);
    }

    // Bit by bit: the data is a few kilobytes at most, a table would be more to read than it saves.
    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320U;
        }

        return crc;
    }
}
