using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Imported payloads in the pages they are packed into.</summary>
internal sealed class MovedPages
{
    private readonly PagePacker _packer;
    private readonly Guid[] _ids;

    internal MovedPages(IReadOnlyList<ReadOnlyMemory<byte>> payloads, IdSource ids)
    {
        _packer = new PagePacker(payloads);
        _ids = new Guid[_packer.Count];
        for (var i = 0; i < _ids.Length; i++)
        {
            _ids[i] = ids.Next();
        }
    }

    internal IReadOnlyList<Guid> Ids => _ids;

    /// <summary>Where a payload lies; null for none.</summary>
    internal (Guid Page, int Slot)? PlaceOf(int? payload) => payload is { } index ? (_ids[_packer.Places[index].Page], _packer.Places[index].Slot) : null;

    internal Task WriteAsync(Session session, bool isAnswer, MovedPayloads payloads, DateTimeOffset at) => _ids.Length == 0
        ? Task.CompletedTask
        : PageRows.WriteAsync(session, _packer, _ids, isAnswer, payloads.FirstSequence, payloads.LastSequence, at);
}
