using System.Buffers;
using System.IO.Pipelines;

namespace Parsimony.Cli;

/// <summary>Reads a text file line by line as bytes: LF and CRLF only, a BOM and blank lines skipped, nothing held but the line.</summary>
internal static class LineReader
{
    /// <summary>Longest line; a longer one is a fault, not a crash.</summary>
    public const int MaxLineBytes = 64 * 1024 * 1024;

    /// <summary>The lines with their numbers from 1. A line over the limit is yielded as null.</summary>
    public static async IAsyncEnumerable<(long Number, byte[]? Bytes)> ReadAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 1 << 16));
        var number = 0L;
        var isSkipping = false;
        // What of the rest was searched before: a long line must not be searched again with every read.
        var searched = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (buffer.Slice(searched).PositionOf((byte)'\n') is { } end)
            {
                searched = 0;
                number++;
                var line = isSkipping ? null : Clean(buffer.Slice(0, end), number);
                if (isSkipping || line is { Length: > 0 })
                {
                    yield return (number, line);
                }

                isSkipping = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > MaxLineBytes)
            {
                isSkipping = true;
                buffer = buffer.Slice(buffer.End);
            }

            if (read.IsCompleted)
            {
                var rest = isSkipping ? null : Clean(buffer, number + 1);
                if (isSkipping || rest is { Length: > 0 })
                {
                    yield return (number + 1, rest);
                }

                break;
            }

            searched = buffer.Length;
            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }

    private static byte[] Clean(ReadOnlySequence<byte> line, long number)
    {
        var bytes = line.ToArray().AsSpan();
        if (number == 1 && bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
        }

        return bytes.Trim(" \t\r"u8).ToArray();
    }
}
