using System.Buffers.Binary;

namespace Parsimony.Engine;

/// <summary>Reads what a <see cref="SealingStream"/> wrote; what is not sealed is read as it is.</summary>
internal sealed class OpenedStream : ReadingStream
{
    private const int MostBytes = 1 << 20;

    private readonly Stream _source;
    private readonly Envelopes _envelopes;
    private readonly byte[]? _place;
    private ReadOnlyMemory<byte> _rest;
    private bool _isAtEnd;

    private OpenedStream(Stream source, Envelopes envelopes, ReadOnlyMemory<byte> head, byte[]? place)
    {
        _source = source;
        _envelopes = envelopes;
        _place = place;
        _rest = head;
    }

    /// <summary>Looks at the first bytes.</summary>
    internal static async Task<OpenedStream> OpenAsync(Stream source, Envelopes envelopes, CancellationToken cancellationToken)
    {
        var head = new byte[SealingStream.Magic.Length];
        var read = await source.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (!head.AsSpan().SequenceEqual(SealingStream.Magic))
        {
            return new OpenedStream(source, envelopes, head.AsMemory(0, read), place: null);
        }

        var fileId = new byte[16];
        await source.ReadExactlyAsync(fileId, cancellationToken).ConfigureAwait(false);
        return new OpenedStream(source, envelopes, default, SealingStream.PlaceOf(fileId));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.Length == 0 && _place is null)
        {
            return await _source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        while (_rest.Length == 0 && !_isAtEnd)
        {
            await OpenFrameAsync(cancellationToken).ConfigureAwait(false);
        }

        var part = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..part].CopyTo(buffer.Span);
        _rest = _rest[part..];
        return part;
    }

    private async Task OpenFrameAsync(CancellationToken cancellationToken)
    {
        var place = _place ?? throw new InvalidOperationException("Nothing is sealed here.");
        var length = new byte[4];
        if (await _source.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < 4)
        {
            throw new StoreMoveException("The sealed export ends before its end: it was cut off. Nothing of it was kept; export again.");
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (count is < Envelopes.Overhead or > MostBytes)
        {
            throw new StoreMoveException("The sealed export was changed. Nothing of it was kept; export again.");
        }

        var envelope = new byte[count];
        if (await _source.ReadAtLeastAsync(envelope, count, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < count)
        {
            throw new StoreMoveException("The sealed export ends before its end: it was cut off. Nothing of it was kept; export again.");
        }

        _rest = Open(envelope, place);
        SealingStream.Advance(place);
    }

    // The last frame says so in its place; which one it is, only opening tells.
    private byte[] Open(byte[] envelope, byte[] place)
    {
        place[^1] = 0;
        try
        {
            return _envelopes.Open(envelope, place);
        }
        catch (PayloadProtectionException) when (_envelopes.Has(envelope))
        {
            place[^1] = 1;
            _isAtEnd = true;
            return _envelopes.Open(envelope, place);
        }
    }
}
