using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>The answers of one chunk, packed into pages while the chunk goes on, and written by one COPY.</summary>
internal sealed class AnswerPages
{
    private readonly PagePacker _packer;
    private readonly Guid[] _ids;
    private readonly AnswerBodies _bodies;

    private AnswerPages(AnswerBodies bodies, IdSource ids)
    {
        _bodies = bodies;
        _packer = new PagePacker(bodies.All);
        _ids = new Guid[_packer.Count];
        for (var i = 0; i < _ids.Length; i++)
        {
            _ids[i] = ids.Next();
        }
    }

    internal IReadOnlyList<Guid> Ids => _ids;

    /// <summary>Packs the answers among settlements; null when there are none.</summary>
    internal static AnswerPages? Of(List<Settlement> settlements, List<MovingRequest?> requests, IdSource ids)
    {
        var bodies = new AnswerBodies(settlements, requests);
        return bodies.All.Count == 0 ? null : new AnswerPages(bodies, ids);
    }

    /// <summary>Where a settlement's answer lies; null when it was left out.</summary>
    internal (Guid Page, int Slot)? PlaceOf(int settlement)
    {
        if (_bodies.IndexOf(settlement) is not { } body)
        {
            return null;
        }

        var (page, slot) = _packer.Places[body];
        return (_ids[page], slot);
    }

    internal Task WriteAsync(Session session, long firstSequence, long lastSequence, DateTimeOffset now) =>
        PageRows.WriteAsync(session, _packer, _ids, isAnswer: true, firstSequence, lastSequence, now);
}
