using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Payloads on their way into numbered pages, compressed beside the caller.</summary>
internal sealed class PayloadPages
{
    private readonly PagePacker _packer;
    private readonly long _first;

    /// <summary>Lays out the pages, and takes the next numbers for them.</summary>
    internal PayloadPages(Connection connection, IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        _packer = new PagePacker(payloads);
        using (var counter = connection.Use("ReadCounter").With("last_page"))
        {
            _first = counter.Step() ? counter.Int64() + 1 : 1;
        }

        connection.Use("SetCounter").With(_first + _packer.Count - 1).With("last_page").Run();
    }

    /// <summary>Page and slot of a payload.</summary>
    internal (long Page, int Slot) PlaceOf(int payload)
    {
        var (page, slot) = _packer.Places[payload];
        return (_first + page, slot);
    }

    /// <summary>Writes all pages; takes part in compressing what is left.</summary>
    internal void Write(Connection connection, bool isAnswer, long firstSequence, long lastSequence, DateTimeOffset now)
    {
        var number = _first;
        foreach (var page in _packer.Take())
        {
            var stored = connection.Pages.Store(page, Envelopes.PlaceOf(number));
            connection.Use("AddPage")
                .With(number++).With(isAnswer).With(firstSequence).With(lastSequence).With(now)
                .With(stored.Codec).With(stored.RawBytes).With(stored.Data.Span).Run();
        }
    }
}
