using System.IO.Compression;

namespace Parsimony.Sandbox.Model;

/// <summary>Takes an upload as it arrives and keeps it once.</summary>
internal sealed class ContentWriter : IDisposable
{
    // Small uploads are kept as they are: compressing them would cost a simulated world more than it saves.
    private const int SmallestCompressed = 32 * 1024;
    private const int FirstBytes = 4 * 1024;

    // Quality 1: the cheapest that still finds the repetition batch files are full of. The window covers one block.
    private const int Quality = 1;
    private const int Window = 18;

    private readonly List<(byte[] Bytes, bool Compressed)> _blocks = [];
    private readonly FileStream? _file;
    private readonly int _number;
    private byte[] _open = new byte[FirstBytes];
    private int _used;

    public ContentWriter(string? path, int number)
    {
        _number = number;
        if (path is not null)
            _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, Content.BlockBytes);
    }

    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        if (_file is not null)
        {
            _file.Write(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            if (_used == _open.Length && _open.Length < Content.BlockBytes)
                Array.Resize(ref _open, Math.Min(Content.BlockBytes, Math.Max(_open.Length * 2, Math.Min(bytes.Length, Content.BlockBytes))));
            var part = bytes[..Math.Min(bytes.Length, _open.Length - _used)];
            part.CopyTo(_open.AsSpan(_used));
            _used += part.Length;
            bytes = bytes[part.Length..];
            if (_used == Content.BlockBytes)
                Close();
        }
    }

    public Content Finish()
    {
        if (_file is not null)
        {
            var path = _file.Name;
            _file.Dispose();
            return new FileContent(path) { Length = Length, Number = _number };
        }

        if (_used > 0)
            Close();
        return new MemoryContent(_blocks) { Length = Length };
    }

    public void Dispose() => _file?.Dispose();

    private void Close()
    {
        var bytes = _open.AsSpan(0, _used);
        var packed = _used < SmallestCompressed ? [] : new byte[_used - (_used / 8)];
        _blocks.Add(packed.Length > 0 && BrotliEncoder.TryCompress(bytes, packed, out var written, Quality, Window)
            ? (packed[..written], true)
            : (bytes.ToArray(), false));
        _used = 0;
    }
}
