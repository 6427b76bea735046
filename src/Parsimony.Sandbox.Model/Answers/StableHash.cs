using System.Runtime.InteropServices;

namespace Parsimony.Sandbox.Model;

/// <summary>A 64-bit hash that is the same in every process and on every machine; not for secrets.</summary>
internal static class StableHash
{
    public static ulong Of(ReadOnlySpan<char> text, ulong seed = 0)
    {
        var bytes = MemoryMarshal.AsBytes(text);
        var hash = Mix(seed ^ ((ulong)bytes.Length * 0x9E3779B97F4A7C15UL));
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Step(hash, System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        var tail = 0UL;
        for (var i = 0; i < bytes.Length; i++)
            tail |= (ulong)bytes[i] << (8 * i);
        return Mix(Step(hash, tail));
    }

    public static ulong Join(ulong first, ulong second) => Mix(Step(first, second));

    /// <summary>A fraction in [0, 1) from a hash.</summary>
    public static double Fraction(ulong hash) => (Mix(hash) >> 11) * (1.0 / (1UL << 53));

    // The finisher of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }

    private static ulong Step(ulong hash, ulong word)
    {
        var product = Math.BigMul(hash ^ word, 0xD6E8FEB86659FD93UL, out var low);
        return product ^ low ^ (hash + 0x9E3779B97F4A7C15UL);
    }
}
