using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Parsimony.Storage.Sqlite;

/// <summary>
/// Packs payloads into pages and compresses them. Payloads that will be read after one another should be packed after one another:
/// a page is decompressed as a whole.
/// </summary>
/// <remarks>
/// <code>
/// page, raw:  [count: 4 bytes] [end of payload 0: 4 bytes] ... [end of payload n-1] [payload 0] ... [payload n-1]     little-endian
/// </code>
/// </remarks>
internal sealed class PayloadPages
{
    private const int TargetBytes = 64 * 1024;
    private const int SmallestCompressed = 512;

    // On English prose in pages of 64 KB: 440 MB/s to 39 % (quality 1: 316 MB/s to 38 %; Deflate, fastest: 330 MB/s to 48 %).
    private const int BrotliQuality = 0;
    private const int BrotliWindow = 16;

    // Below this, a second thread costs more than it saves.
    private const long ParallelBytes = 256 * 1024;

    private readonly List<ReadOnlyMemory<byte>> _payloads;
    private readonly List<(int Start, int Count, int RawBytes)> _ranges = [];
    private readonly (byte[] Data, int Length, int Codec)[] _packed;
    private readonly Task _helper;
    private int _next = -1;

    /// <summary>Lays out the pages, numbered from <paramref name="firstPage"/>, and starts compressing beside the caller.</summary>
    internal PayloadPages(List<ReadOnlyMemory<byte>> payloads, long firstPage)
    {
        _payloads = payloads;
        FirstPage = firstPage;
        Places = new (long, int)[payloads.Count];
        long total = 0;
        for (var start = 0; start < payloads.Count;)
        {
            var bytes = 4;
            var end = start;
            while (end < payloads.Count && (end == start || bytes + payloads[end].Length + 4 <= TargetBytes))
            {
                Places[end] = (firstPage + _ranges.Count, end - start);
                bytes = checked(bytes + payloads[end].Length + 4);
                end++;
            }

            _ranges.Add((start, end - start, bytes));
            total += bytes;
            start = end;
        }

        _packed = new (byte[], int, int)[_ranges.Count];
        _helper = total >= ParallelBytes ? Task.Run(PackRest) : Task.CompletedTask;
    }

    internal long FirstPage { get; }

    internal int Count => _ranges.Count;

    /// <summary>Page and slot of each payload.</summary>
    internal (long Page, int Slot)[] Places { get; }

    /// <summary>Writes all pages; takes part in compressing what is left.</summary>
    internal void Write(Connection connection, bool isAnswer, long firstSequence, long lastSequence, DateTimeOffset now)
    {
        PackRest();
        // The helper may be on its last page; it needs nothing this thread holds.
        _helper.GetAwaiter().GetResult();
        for (var i = 0; i < _packed.Length; i++)
        {
            var (data, length, codec) = _packed[i];
            connection.Use("AddPage")
                .With(FirstPage + i).With(isAnswer).With(firstSequence).With(lastSequence).With(now)
                .With(codec).With(_ranges[i].RawBytes).With(data.AsSpan(0, length)).Run();
            ArrayPool<byte>.Shared.Return(data);
        }
    }

    /// <summary>A page's raw bytes.</summary>
    internal static byte[] Unpack(ReadOnlySpan<byte> data, int codec, int rawBytes)
    {
        var page = GC.AllocateUninitializedArray<byte>(rawBytes);
        if (codec == 0)
        {
            data.CopyTo(page);
        }
        else if (!BrotliDecoder.TryDecompress(data, page, out var written) || written != rawBytes)
        {
            throw new SqliteStoreException("A payload page cannot be read. The file is damaged: restore a backup.");
        }

        return page;
    }

    /// <summary>One payload of a raw page.</summary>
    internal static ReadOnlyMemory<byte> Slice(byte[] page, int slot)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(page);
        var start = slot == 0 ? 4 + (4 * count) : BinaryPrimitives.ReadInt32LittleEndian(page.AsSpan(4 * slot));
        var end = BinaryPrimitives.ReadInt32LittleEndian(page.AsSpan(4 + (4 * slot)));
        return page.AsMemory(start, end - start);
    }

    private void PackRest()
    {
        for (var i = Interlocked.Increment(ref _next); i < _packed.Length; i = Interlocked.Increment(ref _next))
        {
            _packed[i] = Pack(_ranges[i]);
        }
    }

    private (byte[] Data, int Length, int Codec) Pack((int Start, int Count, int RawBytes) range)
    {
        var raw = ArrayPool<byte>.Shared.Rent(range.RawBytes);
        BinaryPrimitives.WriteInt32LittleEndian(raw, range.Count);
        var end = 4 + (4 * range.Count);
        for (var i = 0; i < range.Count; i++)
        {
            var payload = _payloads[range.Start + i].Span;
            payload.CopyTo(raw.AsSpan(end));
            end += payload.Length;
            BinaryPrimitives.WriteInt32LittleEndian(raw.AsSpan(4 + (4 * i)), end);
        }

        if (range.RawBytes < SmallestCompressed)
        {
            return (raw, range.RawBytes, 0);
        }

        var packed = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(range.RawBytes));
        if (BrotliEncoder.TryCompress(raw.AsSpan(0, range.RawBytes), packed, out var length, BrotliQuality, BrotliWindow) && length < range.RawBytes)
        {
            ArrayPool<byte>.Shared.Return(raw);
            return (packed, length, 1);
        }

        ArrayPool<byte>.Shared.Return(packed);
        return (raw, range.RawBytes, 0);
    }
}
