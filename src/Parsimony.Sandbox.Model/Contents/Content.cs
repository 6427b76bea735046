using System.IO.Compression;

namespace Parsimony.Sandbox.Model;

/// <summary>Uploaded bytes, kept once: compressed in memory, or in a file beside the journal. Immutable once written.</summary>
internal abstract class Content
{
    public const int BlockBytes = 256 * 1024;

    public required long Length { get; init; }

    /// <summary>Number of the content in the journal's folder; 0 in memory.</summary>
    public int Number { get; init; }

    /// <summary>Reads one block of <see cref="BlockBytes"/> (the last may be shorter).</summary>
    public abstract void ReadBlock(int block, Span<byte> target);

    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(BlockBytes, Length)];
        for (long at = 0; at < Length; at += BlockBytes)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(BlockBytes, Length - at));
            ReadBlock((int)(at / BlockBytes), part.Span);
            await target.WriteAsync(part, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>Contents without a state file: blocks compressed one by one, so any place is read without the rest.</summary>
internal sealed class MemoryContent(IReadOnlyList<(byte[] Bytes, bool Compressed)> blocks) : Content
{
    public override void ReadBlock(int block, Span<byte> target)
    {
        var (bytes, compressed) = blocks[block];
        if (!compressed)
            bytes.CopyTo(target);
        else if (!BrotliDecoder.TryDecompress(bytes, target, out var written) || written != target.Length)
            throw new InvalidDataException("A stored block does not decompress to its length.");
    }
}

/// <summary>Contents of a sandbox with a state file.</summary>
internal sealed class FileContent(string path) : Content
{
    public override void ReadBlock(int block, Span<byte> target)
    {
        using var handle = File.OpenHandle(path);
        var offset = (long)block * BlockBytes;
        while (!target.IsEmpty)
        {
            var read = RandomAccess.Read(handle, target, offset);
            if (read == 0)
                throw new InvalidDataException($"{path} is shorter than its journal entry says.");
            target = target[read..];
            offset += read;
        }
    }
}

/// <summary>Reads any range of a content, one block in memory at a time. Not thread safe.</summary>
internal sealed class ContentReader(Content content)
{
    private byte[] _block = [];
    private int _index = -1;

    public long Length => content.Length;

    public void Read(long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var index = (int)(offset / Content.BlockBytes);
            if (index != _index)
                Load(index);
            var from = (int)(offset % Content.BlockBytes);
            var part = _block.AsSpan(from, Math.Min(target.Length, Content.BlockBytes - from));
            part.CopyTo(target);
            target = target[part.Length..];
            offset += part.Length;
        }
    }

    public byte[] Slice(long offset, int length)
    {
        var bytes = new byte[length];
        Read(offset, bytes);
        return bytes;
    }

    private void Load(int index)
    {
        if (_block.Length == 0)
            _block = new byte[Math.Min(Content.BlockBytes, content.Length)];
        var start = (long)index * Content.BlockBytes;
        content.ReadBlock(index, _block.AsSpan(0, (int)Math.Min(Content.BlockBytes, content.Length - start)));
        _index = index;
    }
}
