using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Parsimony.Engine;

/// <summary>Puts bytes into sealed envelopes and takes them out. Thread safe.</summary>
/// <remarks>
/// <code>
/// envelope: [format: 1 byte, 1] [key id: 8 bytes] [nonce: 12 bytes, random] [cipher text: as long as the plain one] [tag: 16 bytes]
/// </code>
/// AES-256-GCM; what is authenticated beside the bytes is format, key id and the place they belong to. Nonces are random: NIST SP 800-38D, 8.3
/// (https://nvlpubs.nist.gov/nistpubs/legacy/sp/nistspecialpublication800-38d.pdf, read 2026-11-21) allows 2^32 of them to a key, pages of some 270 TB.
/// </remarks>
internal sealed class Envelopes
{
    /// <summary>By how much an envelope is longer than what it holds.</summary>
    internal const int Overhead = HeadLength + NonceLength + TagLength;

    private const byte Format = 1;
    private const int HeadLength = 9;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly ConcurrentDictionary<string, ConcurrentBag<AesGcm>> _ciphers = new(StringComparer.Ordinal);
    private readonly PayloadProtection? _keys;

    internal Envelopes(PayloadProtection? keys) => _keys = keys;

    /// <summary>Whether what is written goes into envelopes.</summary>
    internal ProtectionKey? Current => _keys?.Current;

    /// <summary>The bytes in an envelope of the current key.</summary>
    /// <exception cref="InvalidOperationException">There is no current key.</exception>
    internal byte[] Seal(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> place)
    {
        var key = Current ?? throw new InvalidOperationException("There is no key to protect payloads with.");
        var envelope = new byte[bytes.Length + Overhead];
        envelope[0] = Format;
        Convert.FromHexString(key.Id, envelope.AsSpan(1, 8), out _, out _);
        var nonce = envelope.AsSpan(HeadLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        Span<byte> associated = stackalloc byte[HeadLength + place.Length];
        envelope.AsSpan(0, HeadLength).CopyTo(associated);
        place.CopyTo(associated[HeadLength..]);
        var cipher = Rent(key);
        cipher.Encrypt(nonce, bytes, envelope.AsSpan(HeadLength + NonceLength, bytes.Length), envelope.AsSpan(envelope.Length - TagLength), associated);
        Return(key, cipher);
        return envelope;
    }

    /// <summary>The bytes of an envelope.</summary>
    /// <exception cref="PayloadProtectionException">Its key is not there, or it was changed.</exception>
    internal byte[] Open(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> place)
    {
        var keyId = KeyIdOf(envelope);
        var key = _keys?.Find(keyId) ?? throw PayloadProtectionException.Missing(keyId);
        var bytes = new byte[envelope.Length - Overhead];
        Span<byte> associated = stackalloc byte[HeadLength + place.Length];
        envelope[..HeadLength].CopyTo(associated);
        place.CopyTo(associated[HeadLength..]);
        var cipher = Rent(key);
        try
        {
            cipher.Decrypt(
                envelope.Slice(HeadLength, NonceLength), envelope[(HeadLength + NonceLength)..^TagLength], envelope[^TagLength..], bytes, associated);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw PayloadProtectionException.Changed(keyId);
        }
        finally
        {
            Return(key, cipher);
        }

        return bytes;
    }

    /// <summary>Whether the key of an envelope is there.</summary>
    internal bool Has(ReadOnlySpan<byte> envelope) => _keys?.Find(KeyIdOf(envelope)) is not null;

    /// <summary>The key an envelope was made with.</summary>
    /// <exception cref="PayloadProtectionException">It is no envelope.</exception>
    internal static string KeyIdOf(ReadOnlySpan<byte> envelope) => envelope.Length >= Overhead && envelope[0] == Format
        ? Convert.ToHexStringLower(envelope[1..HeadLength])
        : throw PayloadProtectionException.Changed("unknown");

    /// <summary>A place that is a number.</summary>
    internal static byte[] PlaceOf(long number)
    {
        var place = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(place, number);
        return place;
    }

    // One instance serves one thread at a time.
    private AesGcm Rent(ProtectionKey key) =>
        _ciphers.GetOrAdd(key.Id, static _ => []).TryTake(out var cipher) ? cipher : new AesGcm(key.Bytes, TagLength);

    private void Return(ProtectionKey key, AesGcm cipher) => _ciphers[key.Id].Add(cipher);
}
