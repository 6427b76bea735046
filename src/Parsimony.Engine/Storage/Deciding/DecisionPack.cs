using System.Buffers;
using System.Buffers.Binary;

namespace Parsimony.Engine;

/// <summary>What is their own of many requests that were decided alike, in a few bytes each: of every request only what differs from the one before it. Not thread safe.</summary>
/// <remarks>
/// A version byte, then for each request a number of bits, one for each value that differs, and those values as whole numbers of seven bits to a byte. Requests
/// with consecutive numbers that differ in nothing are a count.
/// </remarks>
internal sealed class DecisionPack
{
    private const byte Version = 1;

    private readonly ArrayBufferWriter<byte> _bytes = new(256);
    private PackedDecision _last;
    private long _repeats;

    internal DecisionPack(long first)
    {
        _bytes.Write([Version]);
        _last = PackedDecision.Before(first);
    }

    /// <summary>Which values of a request differ from those of the one before; the usual ones fit a byte.</summary>
    [Flags]
    private enum Differs
    {
        None = 0,
        Sequence = 1,
        Input = 2,
        Expected = 4,
        Deadline = 8,
        Leaves = 16,
        Output = 32,
        Repeats = 64,
        At = 128,
        Cache = 256,
    }

    internal void Add(in PackedDecision next)
    {
        var differs = (next.Sequence == _last.Sequence + 1 ? 0 : Differs.Sequence)
            | (next.MeanInput == _last.MeanInput ? 0 : Differs.Input)
            | (next.Expected == _last.Expected ? 0 : Differs.Expected)
            | (next.Room == _last.Room ? 0 : Differs.Deadline)
            | (next.Leaves == _last.Leaves ? 0 : Differs.Leaves)
            | (next.Output == _last.Output ? 0 : Differs.Output)
            | (next.At == _last.At ? 0 : Differs.At)
            | (next.Cache == _last.Cache ? 0 : Differs.Cache);
        if (differs == Differs.None)
        {
            _repeats++;
        }
        else
        {
            WriteRepeats();
            Write((long)differs);
            WriteValues(differs, next);
        }

        _last = next;
    }

    internal byte[] ToArray()
    {
        WriteRepeats();
        return _bytes.WrittenSpan.ToArray();
    }

    /// <summary>A request of a pack; null when it is not in it.</summary>
    /// <exception cref="FormatException">It is no pack, or a later version's.</exception>
    internal static PackedDecision? Find(ReadOnlyMemory<byte> pack, long first, long sequence)
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(pack));
        if (!reader.TryRead(out var version) || version != Version)
        {
            throw new FormatException("The inputs of a decision were written by another version.");
        }

        var last = PackedDecision.Before(first);
        while (!reader.End && last.Sequence < sequence)
        {
            var differs = (Differs)Read(ref reader);
            if ((differs & Differs.Repeats) != 0)
            {
                last = last with { Sequence = Math.Min(last.Sequence + Read(ref reader), sequence) };
                continue;
            }

            last = ReadValues(ref reader, differs, last);
        }

        return last.Sequence == sequence && sequence >= first ? last : null;
    }

    private void WriteRepeats()
    {
        if (_repeats > 0)
        {
            Write((long)Differs.Repeats);
            Write(_repeats);
            _repeats = 0;
        }
    }

    private void WriteValues(Differs differs, in PackedDecision next)
    {
        if ((differs & Differs.Sequence) != 0)
        {
            Write(next.Sequence - _last.Sequence);
        }

        WriteChange(differs & Differs.Input, next.MeanInput, _last.MeanInput);
        WriteChange(differs & Differs.Expected, next.Expected, _last.Expected);
        WriteChange(differs & Differs.Deadline, next.Room, _last.Room);
        WriteChange(differs & Differs.Leaves, next.Leaves, _last.Leaves);
        if ((differs & Differs.Output) != 0)
        {
            WriteChange(differs, next.Output.Max, null);
            Write(next.Output.Choices);
            WriteChange(differs, next.Output.Expected, null);
        }

        WriteChange(differs & Differs.At, next.At, _last.At);
        if ((differs & Differs.Cache) != 0)
        {
            Write(next.Cache);
        }
    }

    private static PackedDecision ReadValues(ref SequenceReader<byte> reader, Differs differs, PackedDecision last)
    {
        bool Has(Differs what) => (differs & what) != 0;
        // In the order in which they are written.
        var sequence = last.Sequence + (Has(Differs.Sequence) ? Read(ref reader) : 1);
        var input = Has(Differs.Input) ? ReadChange(ref reader, last.MeanInput) : last.MeanInput;
        var expected = Has(Differs.Expected) ? ReadChange(ref reader, last.Expected) : last.Expected;
        var room = Has(Differs.Deadline) ? ReadChange(ref reader, last.Room) : last.Room;
        var leaves = Has(Differs.Leaves) ? ReadChange(ref reader, last.Leaves) : last.Leaves;
        var output = Has(Differs.Output) ? (ReadChange(ref reader, null), (int)Read(ref reader), ReadChange(ref reader, null)) : last.Output;
        var at = Has(Differs.At) ? ReadChange(ref reader, last.At) ?? 0 : last.At;
        return new PackedDecision(sequence, at, input, output, room, leaves, expected, Has(Differs.Cache) ? ReadCache(ref reader) : last.Cache);
    }

    private void Write(CacheOutlook? cache)
    {
        Write(cache is null ? 0 : 1 + (cache.StacksWithBatch ? 1 : 0) + (cache.BatchReadMultiplier is null ? 0 : 2) + (cache.WarmFor is null ? 0 : 4));
        if (cache is null)
        {
            return;
        }

        Write(cache.PrefixTokens);
        foreach (var number in (double[])[cache.LiveHitRate, cache.BatchHitRate, cache.ReadMultiplier, cache.WriteMultiplier, .. cache.BatchReadMultiplier is { } own ? [own] : Array.Empty<double>()])
        {
            BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), number);
            _bytes.Advance(sizeof(double));
        }

        if (cache.WarmFor is { } warm)
        {
            Write(warm.Ticks);
        }
    }

    private static CacheOutlook? ReadCache(ref SequenceReader<byte> reader)
    {
        var kind = Read(ref reader) - 1;
        return kind < 0
            ? null
            : new CacheOutlook(Read(ref reader), ReadDouble(ref reader), ReadDouble(ref reader), ReadDouble(ref reader), ReadDouble(ref reader), (kind & 1) != 0)
            {
                BatchReadMultiplier = (kind & 2) != 0 ? ReadDouble(ref reader) : null,
                WarmFor = (kind & 4) != 0 ? TimeSpan.FromTicks(Read(ref reader)) : null,
            };
    }

    // 0 for nothing, else one more than the difference with its sign in the lowest bit.
    private void WriteChange(Differs isWritten, long? value, long? before)
    {
        if (isWritten != Differs.None)
        {
            var change = unchecked((value ?? 0) - (before ?? 0));
            Write(value is null ? 0 : unchecked(((change << 1) ^ (change >> 63)) + 1));
        }
    }

    private static long? ReadChange(ref SequenceReader<byte> reader, long? before)
    {
        var read = Read(ref reader);
        return read == 0 ? null : unchecked((long)((ulong)(read - 1) >> 1) ^ -((read - 1) & 1)) + (before ?? 0);
    }

    private void Write(long value)
    {
        var left = (ulong)value;
        var span = _bytes.GetSpan(10);
        var length = 0;
        for (; left >= 0x80; left >>= 7)
        {
            span[length++] = (byte)(left | 0x80);
        }

        span[length++] = (byte)left;
        _bytes.Advance(length);
    }

    private static long Read(ref SequenceReader<byte> reader)
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (!reader.TryRead(out var part))
            {
                break;
            }

            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (long)value;
            }
        }

        throw new FormatException("The inputs of a decision are damaged.");
    }

    private static double ReadDouble(ref SequenceReader<byte> reader) => reader.TryReadLittleEndian(out long bits)
        ? BitConverter.Int64BitsToDouble(bits)
        : throw new FormatException("The inputs of a decision are damaged.");
}
