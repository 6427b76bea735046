using System.Text;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// Writes a result file line by line: each answer is made again from its request and its ordinal when the line is read, so no result is ever
/// held. Faults of the batch shape the lines.
/// </summary>
internal sealed class ResultLines
{
    private const long HugeBytes = 20L * 1024 * 1024;
    private const string PaddingHead = "{\"simulated_padding\":\"";

    private readonly BatchState _batch;
    private readonly Func<ContentReader, int, byte[]> _render;
    private readonly Func<byte[], string, byte[]> _rename;
    private readonly List<int> _order;
    private readonly HashSet<int> _missing = [];
    private readonly HashSet<int> _twice = [];
    private readonly HashSet<int> _unknown = [];
    private readonly HashSet<int> _malformed = [];
    private readonly Dictionary<int, long> _huge = [];
    private readonly byte[] _newLine;
    private readonly bool _bom;
    private readonly bool _cutsLast;

    /// <summary>Chooses what the faults do to which line.</summary>
    /// <param name="batch">An ended batch.</param>
    /// <param name="indexes">Requests whose results the file holds.</param>
    /// <param name="shaped">The batch's faults shape this file.</param>
    /// <param name="cutsLast">The last line stops half-way.</param>
    /// <param name="render">Makes the result line of one request.</param>
    /// <param name="rename">Puts another custom id into a line.</param>
    public ResultLines(
        BatchState batch, List<int> indexes, bool shaped, bool cutsLast, Func<ContentReader, int, byte[]> render, Func<byte[], string, byte[]> rename)
    {
        _batch = batch;
        _order = indexes;
        _cutsLast = cutsLast;
        _render = render;
        _rename = rename;
        var shapes = shaped ? batch.Shapes ?? [] : [];
        _newLine = shapes.Exists(s => s.Fault == FaultName.ResultsCrlf) ? [(byte)'\r', (byte)'\n'] : [(byte)'\n'];
        _bom = shapes.Exists(s => s.Fault == FaultName.ResultsBom);
        foreach (var shape in shapes)
            Apply(shape);
    }

    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        if (_bom)
            await target.WriteAsync(Encoding.UTF8.Preamble.ToArray(), cancellationToken).ConfigureAwait(false);
        if (_batch.Content is not { } content)
            return;
        var reader = new ContentReader(content);
        var kept = _order.Where(i => !_missing.Contains(i)).ToList();
        for (var place = 0; place < kept.Count; place++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var index = kept[place];
            var whole = _render(reader, index);
            var line = _malformed.Contains(index) ? whole[..(whole.Length / 2)] : whole;
            if (_cutsLast && place == kept.Count - 1)
            {
                await target.WriteAsync(line.AsMemory(0, line.Length / 2), cancellationToken).ConfigureAwait(false);
                return;
            }

            await WriteLineAsync(target, index, line, cancellationToken).ConfigureAwait(false);
            if (_twice.Contains(index))
                await WriteLineAsync(target, -1, line, cancellationToken).ConfigureAwait(false);
            if (_unknown.Contains(index))
                await WriteLineAsync(target, -1, _rename(whole, $"unknown-{index}"), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The results of some requests, by their place among those that have one, for providers that show them in pages of JSON. A broken one is empty.</summary>
    public IReadOnlyList<byte[]> Page(int from, int count)
    {
        if (_batch.Content is not { } content)
            return [];
        var reader = new ContentReader(content);
        var page = new List<byte[]>();
        foreach (var index in _order.Where(i => !_missing.Contains(i)).Skip(from).Take(count))
        {
            var whole = _render(reader, index);
            page.Add(_malformed.Contains(index) ? [] : whole);
            if (_twice.Contains(index))
                page.Add(whole);
            if (_unknown.Contains(index))
                page.Add(_rename(whole, $"unknown-{index}"));
        }

        return page;
    }

    /// <summary>How many requests have a result to show.</summary>
    public int Count => _order.Count(i => !_missing.Contains(i));

    private async Task WriteLineAsync(Stream target, int index, byte[] line, CancellationToken cancellationToken)
    {
        if (_huge.TryGetValue(index, out var size) && line.Length > 2)
        {
            await target.WriteAsync(Encoding.UTF8.GetBytes(PaddingHead), cancellationToken).ConfigureAwait(false);
            var padding = new byte[64 * 1024];
            padding.AsSpan().Fill((byte)'x');
            for (var left = size - line.Length - PaddingHead.Length - 1; left > 0; left -= padding.Length)
                await target.WriteAsync(padding.AsMemory(0, (int)Math.Min(left, padding.Length)), cancellationToken).ConfigureAwait(false);
            await target.WriteAsync("\","u8.ToArray(), cancellationToken).ConfigureAwait(false);
            line = line[1..];
        }

        await target.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        await target.WriteAsync(_newLine, cancellationToken).ConfigureAwait(false);
    }

    private void Apply(ResultShape shape)
    {
        if (_order.Count == 0)
            return;
        if (shape.Fault == FaultName.ResultsShuffled)
        {
            var before = _order.ToArray();
            _order.Sort((a, b) => StableHash.Join(shape.Chance, (ulong)a).CompareTo(StableHash.Join(shape.Chance, (ulong)b)));
            if (_order.SequenceEqual(before))
                _order.Reverse();
            return;
        }

        var target = shape.CustomId is { } id ? _order.FindIndex(i => BatchItems.Of(_batch)[i].CustomId == id) : (int)(shape.Chance % (ulong)_order.Count);
        if (target < 0)
            return;
        var index = _order[target];
        switch (shape.Fault)
        {
            case FaultName.ResultMissing:
                for (var k = 0; k < (int)(shape.Value ?? 1); k++)
                    _missing.Add(_order[(target + k) % _order.Count]);
                break;
            case FaultName.ResultDuplicated:
                _twice.Add(index);
                break;
            case FaultName.ResultUnknownId:
                _unknown.Add(index);
                break;
            case FaultName.ResultMalformed:
                _malformed.Add(index);
                break;
            case FaultName.ResultHuge:
                _huge[index] = (long)(shape.Value ?? HugeBytes);
                break;
        }
    }
}
