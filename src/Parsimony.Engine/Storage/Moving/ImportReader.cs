using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Parsimony.Engine;

/// <summary>Reads an export into a store, and checks that it is whole.</summary>
internal sealed class ImportReader(Stream source, IMoveTarget target)
{
    private const int MostRows = 1_000;
    private const long MostBytes = 4L << 20;

    private readonly List<object?[]> _rows = [];
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private MovedNoun? _noun;
    private long _bytes;
    private decimal _cost;

    /// <summary>Imports.</summary>
    /// <exception cref="StoreMoveException">The store is not empty, or the export is not whole.</exception>
    internal async Task<MoveSummary> ReadAsync(CancellationToken cancellationToken)
    {
        var before = await target.CountAsync().ConfigureAwait(false);
        if (before.Any(table => table.Value > 0))
        {
            throw new StoreMoveException(
                $"This store is not empty ({string.Join(", ", before.Where(t => t.Value > 0).Select(t => $"{t.Value:N0} {t.Key}"))}). Import into a new one.");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var lines = new LineBuffer(source);
        MoveSummary? trailer = null;
        try
        {
            await CheckHeaderAsync(lines, cancellationToken).ConfigureAwait(false);
            while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                using var document = JsonDocument.Parse(line);
                if (MovedLine.KindOf(document.RootElement) is "end")
                {
                    trailer = Trailer(document.RootElement);
                    break;
                }

                hash.AppendData(line.Span);
                hash.AppendData("\n"u8);
                await AddAsync(document.RootElement, line.Length).ConfigureAwait(false);
            }

            await FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidDataException or InvalidOperationException or KeyNotFoundException)
        {
            throw new StoreMoveException($"Line {lines.Number.ToString(CultureInfo.InvariantCulture)} of the export cannot be read. Nothing of it was kept; export again.", exception);
        }

        var summary = new MoveSummary(_counts, _cost, Convert.ToHexStringLower(hash.GetHashAndReset()));
        await CheckAsync(trailer, summary).ConfigureAwait(false);
        return summary;
    }

    private static async Task CheckHeaderAsync(LineBuffer lines, CancellationToken cancellationToken)
    {
        if (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            using var document = JsonDocument.Parse(line);
            if (MovedLine.KindOf(document.RootElement) == "parsimony-export")
            {
                var format = document.RootElement.GetProperty("format").GetInt32();
                if (format > ExportWriter.Format)
                {
                    throw new StoreMoveException($"The export has format {format}, and this version reads {ExportWriter.Format}. Install the version that wrote it, or a newer one.");
                }

                return;
            }
        }

        throw new StoreMoveException("This is no export of a store. Name a file that 'parsimony export' wrote.");
    }

    private static MoveSummary Trailer(JsonElement line) => new(
        line.GetProperty("rows").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetInt64(), StringComparer.Ordinal),
        decimal.Parse(line.GetProperty("cost_usd").GetString() ?? "", NumberStyles.Number, CultureInfo.InvariantCulture),
        line.GetProperty("sha256").GetString() ?? "");

    private async Task AddAsync(JsonElement line, int length)
    {
        var kind = MovedLine.KindOf(line) ?? throw new FormatException("A line has no kind.");
        if (_noun?.Table != kind)
        {
            await FlushAsync().ConfigureAwait(false);
            _noun = MovedNouns.Find(kind) ?? throw new StoreMoveException(
                $"The export holds rows of '{kind}', which this version does not know. Install the version that wrote it, or a newer one.");
        }

        var row = MovedLine.Read(_noun, line);
        _cost += _noun == EntryNoun.Noun && row[_noun.IndexOf("cost_usd")] is decimal amount ? amount : 0m;
        _rows.Add(row);
        _bytes += length;
        if (_rows.Count >= MostRows || _bytes >= MostBytes)
        {
            await FlushAsync().ConfigureAwait(false);
        }
    }

    private async Task FlushAsync()
    {
        if (_noun is { } noun && _rows.Count > 0)
        {
            await target.AddAsync(noun, _rows).ConfigureAwait(false);
            _counts[noun.Table] = _counts.GetValueOrDefault(noun.Table) + _rows.Count;
        }

        _rows.Clear();
        _bytes = 0;
    }

    private async Task CheckAsync(MoveSummary? trailer, MoveSummary summary)
    {
        if (trailer is null)
        {
            throw new StoreMoveException("The export ends before its end: it was cut off. Nothing of it was kept; export again.");
        }

        await target.FinishAsync().ConfigureAwait(false);
        var stored = await target.CountAsync().ConfigureAwait(false);
        var missing = trailer.Rows.FirstOrDefault(table => stored.GetValueOrDefault(table.Key) != table.Value);
        if (missing.Key is not null)
        {
            throw new StoreMoveException(
                $"The export says {missing.Value:N0} rows of {missing.Key}, and {stored.GetValueOrDefault(missing.Key):N0} came. Nothing of it was kept; export again.");
        }

        if (trailer.Hash != summary.Hash || trailer.CostUsd != summary.CostUsd)
        {
            throw new StoreMoveException("The export was changed: its rows do not match its hash. Nothing of it was kept; export again.");
        }
    }
}
