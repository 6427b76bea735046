using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Parsimony.Engine;

/// <summary>Writes an export: a header, all rows, a trailer.</summary>
internal sealed class ExportWriter(Stream target, bool onlyEnded, DateTimeOffset now)
{
    /// <summary>The version of the format; an import reads its own and older ones.</summary>
    internal const int Format = 1;

    private const int FlushBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private decimal _cost;

    internal async Task<MoveSummary> WriteAsync(IMoveSource source, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var writer = new Utf8JsonWriter(_lines);
        await using var closing = writer.ConfigureAwait(false);
        Header(writer);
        await FlushAsync(hash: null, cancellationToken).ConfigureAwait(false);
        foreach (var noun in MovedNouns.All)
        {
            _counts[noun.Table] = 0;
            var cost = noun == EntryNoun.Noun ? noun.IndexOf("cost_usd") : -1;
            await foreach (var row in source.ReadAsync(noun, cancellationToken).ConfigureAwait(false))
            {
                _counts[noun.Table]++;
                _cost += cost >= 0 && row[cost] is decimal amount ? amount : 0m;
                MovedLine.Write(writer, noun, row);
                EndLine(writer);
                if (_lines.WrittenCount >= FlushBytes)
                {
                    await FlushAsync(hash, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        await FlushAsync(hash, cancellationToken).ConfigureAwait(false);
        var summary = new MoveSummary(_counts, _cost, Convert.ToHexStringLower(hash.GetHashAndReset()));
        Trailer(writer, summary);
        await FlushAsync(hash: null, cancellationToken).ConfigureAwait(false);
        return summary;
    }

    private void Header(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("t"u8, "parsimony-export"u8);
        writer.WriteNumber("format"u8, Format);
        writer.WriteBoolean("only_ended"u8, onlyEnded);
        writer.WriteString("exported_at"u8, now.UtcDateTime);
        writer.WriteEndObject();
        EndLine(writer);
    }

    private void Trailer(Utf8JsonWriter writer, MoveSummary summary)
    {
        writer.WriteStartObject();
        writer.WriteString("t"u8, "end"u8);
        writer.WriteStartObject("rows"u8);
        foreach (var (table, rows) in summary.Rows)
        {
            writer.WriteNumber(table, rows);
        }

        writer.WriteEndObject();
        writer.WriteString("cost_usd"u8, MovedLine.WriteAmount(summary.CostUsd));
        writer.WriteString("sha256"u8, summary.Hash);
        writer.WriteEndObject();
        EndLine(writer);
    }

    private void EndLine(Utf8JsonWriter writer)
    {
        writer.Flush();
        _lines.Write("\n"u8);
        writer.Reset();
    }

    private async Task FlushAsync(IncrementalHash? hash, CancellationToken cancellationToken)
    {
        hash?.AppendData(_lines.WrittenSpan);
        await target.WriteAsync(_lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _lines.ResetWrittenCount();
    }
}
