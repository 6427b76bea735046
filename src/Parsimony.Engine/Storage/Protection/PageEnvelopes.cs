namespace Parsimony.Engine;

/// <summary>
/// Payload pages on their way to and from their rows, protected where that is switched on. A row's codec says what its bytes are: 0 as is, 1 Brotli;
/// plus twice the number of the key they are protected with, which the table <c>payload_keys</c> gives to each key from 1. A page is bound to its id: moved
/// to another row it does not open. Thread safe.
/// </summary>
internal sealed class PageEnvelopes(PayloadProtection? protection)
{
    private readonly Envelopes _envelopes = new(protection);
    private int _number;

    /// <summary>The key for what is written; null when it is written plain.</summary>
    internal ProtectionKey? Current => _envelopes.Current;

    /// <summary>The codec of as-is pages written now; those in Brotli have the next one.</summary>
    internal int FirstCodec => 2 * _number;

    /// <summary>Notes the current key's number in this store.</summary>
    internal void Number(int number) => _number = number;

    /// <summary>A page as it is stored; its bytes are the caller's own where it is protected, else those of the page.</summary>
    internal StoredPage Store(in PackedPage page, byte[] place) => Current is null
        ? new StoredPage(page.Data.AsMemory(0, page.Length), page.Codec, page.RawBytes)
        : new StoredPage(_envelopes.Seal(page.Data.AsSpan(0, page.Length), place), FirstCodec + page.Codec, page.RawBytes);

    /// <summary>A stored page's raw bytes; null when they are damaged.</summary>
    /// <exception cref="PayloadProtectionException">Its key is not there, or it was changed.</exception>
    internal byte[]? Read(ReadOnlySpan<byte> data, int codec, int rawBytes, byte[] place) => codec < 2
        ? PackedPage.Unpack(data, codec, rawBytes)
        : PackedPage.Unpack(_envelopes.Open(data, place), codec % 2, rawBytes);

    /// <summary>A stored page under the current key, or plain when there is none; its payloads as they were.</summary>
    internal StoredPage Rewrap(ReadOnlySpan<byte> data, int codec, int rawBytes, byte[] place)
    {
        var bytes = codec < 2 ? data.ToArray() : _envelopes.Open(data, place);
        return Store(new PackedPage(bytes, bytes.Length, codec % 2, rawBytes), place);
    }
}

/// <summary>A page as a row holds it.</summary>
internal readonly record struct StoredPage(ReadOnlyMemory<byte> Data, int Codec, int RawBytes);
