using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parsimony;

/// <summary>Makes UUID version 7 ids from a clock and random bytes; ids of one source never go backwards. Thread safe.</summary>
public sealed class IdSource
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly Action<Span<byte>> _fill;
    private readonly byte[] _random = new byte[512];
    private int _used = 512;
    private long _lastMilliseconds;
    private int _sequence;

    /// <summary>An id source on a clock.</summary>
    /// <param name="clock">Gives the 48-bit millisecond time of each id.</param>
    /// <param name="fill">Fills a span with random bytes; by default the operating system's generator. Tests pass a seeded one.</param>
    public IdSource(TimeProvider clock, Action<Span<byte>>? fill = null)
    {
        _clock = clock;
        _fill = fill ?? RandomNumberGenerator.Fill;
    }

    /// <summary>A new id. Within one millisecond the 12 bits after the version count upwards (RFC 9562, section 6.2, method 1).</summary>
    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        long milliseconds;
        int sequence;
        lock (_lock)
        {
            if (_used + 8 > _random.Length)
            {
                // A system call for each id would cost more than all the rest of it.
                _fill(_random);
                _used = 0;
            }

            _random.AsSpan(_used, 8).CopyTo(bytes[8..]);
            _used += 8;
            milliseconds = _clock.GetUtcNow().ToUnixTimeMilliseconds();
            if (milliseconds > _lastMilliseconds)
            {
                _lastMilliseconds = milliseconds;
                _sequence = 0;
            }
            else if (++_sequence > 0xFFF)
            {
                _lastMilliseconds++;
                _sequence = 0;
            }

            milliseconds = _lastMilliseconds;
            sequence = _sequence;
        }

        BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds << 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | sequence));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
