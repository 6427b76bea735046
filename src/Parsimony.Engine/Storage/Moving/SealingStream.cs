using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parsimony.Engine;

/// <summary>Seals what is written to it, a frame at a time. Dispose it to write the last frame.</summary>
/// <remarks>
/// <code>
/// file:  "PARSIMONY SEALED 1\n" [file id: 16 bytes, random] frame ...
/// frame: [length of envelope: 4 bytes, little-endian] [envelope]     its place: file id, number of the frame from 0, 1 for the last one, else 0
/// </code>
/// So frames cannot be left out, changed, put in another order or taken from another file.
/// </remarks>
internal sealed class SealingStream(Stream target, Envelopes envelopes) : WritingStream
{
    private const int FrameBytes = 64 * 1024;

    private readonly byte[] _frame = new byte[FrameBytes];
    private byte[]? _place;
    private int _length;

    internal static ReadOnlySpan<byte> Magic => "PARSIMONY SEALED 1\n"u8;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            if (_length == FrameBytes)
            {
                await SealAsync(isLast: false, cancellationToken).ConfigureAwait(false);
            }

            var part = Math.Min(buffer.Length, FrameBytes - _length);
            buffer.Span[..part].CopyTo(_frame.AsSpan(_length));
            _length += part;
            buffer = buffer[part..];
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await SealAsync(isLast: true, CancellationToken.None).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The place of a file's first frame.</summary>
    internal static byte[] PlaceOf(ReadOnlySpan<byte> fileId)
    {
        var place = new byte[16 + 8 + 1];
        fileId.CopyTo(place);
        return place;
    }

    /// <summary>Makes a frame's place that of the next one.</summary>
    internal static void Advance(byte[] place) =>
        BinaryPrimitives.WriteInt64LittleEndian(place.AsSpan(16), BinaryPrimitives.ReadInt64LittleEndian(place.AsSpan(16)) + 1);

    private async Task SealAsync(bool isLast, CancellationToken cancellationToken)
    {
        if (_place is null)
        {
            _place = PlaceOf(RandomNumberGenerator.GetBytes(16));
            await target.WriteAsync(Magic.ToArray(), cancellationToken).ConfigureAwait(false);
            await target.WriteAsync(_place.AsMemory(0, 16), cancellationToken).ConfigureAwait(false);
        }

        _place[^1] = isLast ? (byte)1 : (byte)0;
        var envelope = envelopes.Seal(_frame.AsSpan(0, _length), _place);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, envelope.Length);
        await target.WriteAsync(length, cancellationToken).ConfigureAwait(false);
        await target.WriteAsync(envelope, cancellationToken).ConfigureAwait(false);
        Advance(_place);
        _length = 0;
    }
}
