using System.Buffers;
using System.Security.Cryptography;

namespace Parsimony;

/// <summary>Takes the bytes of each block of a prompt, the wanted format first: words that say what it is, each ended by a zero byte, then its content.</summary>
internal delegate void BlockSink(ReadOnlySpan<byte> bytes, bool isStatic);

/// <summary>Cumulative digests, each over the one before and a block: a prefix costs its last block, not the whole of it again.</summary>
internal sealed class PrefixChain(byte version, List<Fingerprint>? into, BlockSink? sink = null) : IDisposable
{
    private const int DigestLength = SHA256.HashSizeInBytes;

    private const int MostRemembered = 64 * 1024;

    [ThreadStatic]
    private static Hashed? t_seed;

    [ThreadStatic]
    private static Hashed? t_block;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int _length = DigestLength;
    private bool _staticEnded;
    private int _ended;

    /// <summary>The last prefix before anything that changes from request to request; the default value when there is none.</summary>
    public Fingerprint Static { get; private set; }

    /// <summary>Adds to the block (or seed) that is being collected.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Grow(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Adds bytes that end with a zero byte, so that two neighbours cannot run into each other.</summary>
    public void AppendWord(ReadOnlySpan<byte> bytes)
    {
        Append(bytes);
        Append([0]);
    }

    /// <summary>Ends the seed: what every prefix depends on.</summary>
    public void Begin()
    {
        sink?.Invoke(_buffer.AsSpan(DigestLength, _length - DigestLength), isStatic: true);
        Span<byte> digest = stackalloc byte[DigestLength];
        Hash(_buffer.AsSpan(DigestLength, _length - DigestLength), digest, ref t_seed);
        Keep(digest);
    }

    /// <summary>Ends a block.</summary>
    public void End(bool isStatic)
    {
        _staticEnded |= !isStatic;
        sink?.Invoke(_buffer.AsSpan(DigestLength, _length - DigestLength), !_staticEnded);
        if (IsDone)
        {
            // Nobody asks for this prefix, nor for any after it.
            _length = DigestLength;
            return;
        }

        Span<byte> digest = stackalloc byte[DigestLength];
        Hash(_buffer.AsSpan(0, _length), digest, ref t_block);
        Keep(digest);
        var prefix = Fingerprint.FromDigest(version, digest);
        into?.Add(prefix);
        if (!_staticEnded)
        {
            Static = prefix;
        }
    }

    /// <summary>Whether nothing that is still to come can change what was asked for.</summary>
    public bool IsDone => _staticEnded && into is null && sink is null;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>
    /// Where only the static part is wanted, neighbours mostly have the same seed and the same first block: comparing bytes is cheaper than hashing
    /// them again.
    /// </summary>
    private void Hash(ReadOnlySpan<byte> bytes, Span<byte> digest, ref Hashed? last)
    {
        if (into is not null || _ended++ > 1)
        {
            SHA256.HashData(bytes, digest);
            return;
        }

        if (last is null || !bytes.SequenceEqual(last.Bytes))
        {
            SHA256.HashData(bytes, digest);
            last = bytes.Length <= MostRemembered ? new Hashed(bytes.ToArray(), digest.ToArray()) : null;
            return;
        }

        last.Digest.CopyTo(digest);
    }

    private void Keep(ReadOnlySpan<byte> digest)
    {
        digest.CopyTo(_buffer);
        _length = DigestLength;
    }

    private void Grow(int by)
    {
        if (_length + by <= _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + by, _buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private sealed record Hashed(byte[] Bytes, byte[] Digest);
}
