using System.Buffers;
using System.Runtime.CompilerServices;

namespace Parsimony.Providers;

/// <summary>A line of JSON Lines.</summary>
/// <param name="Number">From 1; blank lines count.</param>
/// <param name="Bytes">Valid until the next line is asked for.</param>
internal readonly record struct JsonLine(long Number, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Reads JSON Lines from a stream: LF and CRLF end a line and nothing else does, a BOM is dropped, blank lines are skipped, the last line needs no
/// end. One buffer, grown to the longest line and given back when it shrinks again.
/// </summary>
internal static class JsonLines
{
    private const int Usual = 128 * 1024;

    public static async IAsyncEnumerable<JsonLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Usual);
        try
        {
            var start = 0;
            var end = 0;
            var searched = 0;
            var number = 0L;
            while (true)
            {
                var newline = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
                if (newline >= 0)
                {
                    var lineEnd = searched + newline;
                    var line = Clean(buffer, start, lineEnd, ++number);
                    start = lineEnd + 1;
                    searched = start;
                    if (!line.IsEmpty)
                    {
                        yield return new JsonLine(number, line);
                    }

                    continue;
                }

                searched = end;
                (buffer, start, end, searched) = MakeRoom(buffer, start, end, searched);
                var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                end += read;
            }

            var rest = Clean(buffer, start, end, ++number);
            if (!rest.IsEmpty)
            {
                yield return new JsonLine(number, rest);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (byte[] Buffer, int Start, int End, int Searched) MakeRoom(byte[] buffer, int start, int end, int searched)
    {
        if (end < buffer.Length)
        {
            return (buffer, start, end, searched);
        }

        var length = end - start;
        // Twice the line when the buffer is full of it, the usual size again when a long line has gone.
        var wanted = start == 0 ? buffer.Length * 2 : Math.Max(Usual, length * 2);
        if (wanted <= buffer.Length && buffer.Length <= 4 * Usual)
        {
            buffer.AsSpan(start, length).CopyTo(buffer);
            return (buffer, 0, length, searched - start);
        }

        var next = ArrayPool<byte>.Shared.Rent(wanted);
        buffer.AsSpan(start, length).CopyTo(next);
        ArrayPool<byte>.Shared.Return(buffer);
        return (next, 0, length, searched - start);
    }

    private static ReadOnlyMemory<byte> Clean(byte[] buffer, int start, int end, long number)
    {
        var line = buffer.AsMemory(start, end - start);
        if (number == 1 && line.Span.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
        }

        while (line.Length > 0 && line.Span[^1] is (byte)'\r' or (byte)' ' or (byte)'\t')
        {
            line = line[..^1];
        }

        while (line.Length > 0 && line.Span[0] is (byte)' ' or (byte)'\t')
        {
            line = line[1..];
        }

        return line;
    }
}
