using System.Security.Cryptography;

namespace Parsimony.Testing;

/// <summary>Ids and bytes that are the same in every run with the same seed. Thread safe.</summary>
public sealed class SeededIds
{
    private readonly Lock _lock = new();
    private readonly IdSource _source;
    private readonly ulong _seed;
    private ulong _count;

    /// <summary>Ids of a seed.</summary>
    /// <param name="clock">Gives the ids their time.</param>
    /// <param name="seed">Another seed, other ids.</param>
    public SeededIds(TimeProvider clock, ulong seed = 1)
    {
        _seed = seed;
        _source = new IdSource(clock, Fill);
    }

    /// <summary>The next id.</summary>
    public Guid Next() => _source.Next();

    /// <summary>The next request id.</summary>
    public RequestId NextRequest() => new(Next());

    /// <summary>Fills a span with the next bytes: what a store's or an id source's generator of random bytes is replaced by.</summary>
    public void Fill(Span<byte> bytes)
    {
        Span<byte> block = stackalloc byte[32];
        Span<byte> input = stackalloc byte[16];
        while (!bytes.IsEmpty)
        {
            lock (_lock)
            {
                BitConverter.TryWriteBytes(input, _seed);
                BitConverter.TryWriteBytes(input[8..], ++_count);
            }

            SHA256.HashData(input, block);
            var length = Math.Min(block.Length, bytes.Length);
            block[..length].CopyTo(bytes);
            bytes = bytes[length..];
        }
    }
}
