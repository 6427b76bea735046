using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>The answers of one chunk, packed into pages while the chunk goes on, and written by one COPY.</summary>
internal sealed class AnswerPages
{
    private readonly PagePacker _packer;
    private readonly Guid[] _ids;
    private readonly Dictionary<int, int> _index;

    private AnswerPages(PagePacker packer, Guid[] ids, Dictionary<int, int> index)
    {
        _packer = packer;
        _ids = ids;
        _index = index;
    }

    internal IReadOnlyList<Guid> Ids => _ids;

    /// <summary>Packs the answers among settlements; null when there are none.</summary>
    internal static AnswerPages? Of(List<Settlement> settlements, RequestMover mover, IdSource ids)
    {
        var bodies = new List<ReadOnlyMemory<byte>>();
        var index = new Dictionary<int, int>();
        for (var i = 0; i < settlements.Count; i++)
        {
            // One that was answered before leaves nothing behind.
            if (settlements[i].Move is SettlementMove.ToAnswered answer && mover.Find(settlements[i].Sequence) is { } request && SettlementRule.IsLegal(request.State, RequestState.Answered))
            {
                index[i] = bodies.Count;
                bodies.Add(answer.Body);
            }
        }

        if (bodies.Count == 0)
        {
            return null;
        }

        var packer = new PagePacker(bodies);
        var pages = new Guid[packer.Count];
        for (var i = 0; i < pages.Length; i++)
        {
            pages[i] = ids.Next();
        }

        return new AnswerPages(packer, pages, index);
    }

    /// <summary>Where a settlement's answer lies; null when it was left out.</summary>
    internal (Guid Page, int Slot)? PlaceOf(int settlement)
    {
        if (!_index.TryGetValue(settlement, out var body))
        {
            return null;
        }

        var (page, slot) = _packer.Places[body];
        return (_ids[page], slot);
    }

    internal Task WriteAsync(Session session, long firstSequence, long lastSequence, DateTimeOffset now) =>
        PageRows.WriteAsync(session, _packer, _ids, isAnswer: true, firstSequence, lastSequence, now);
}
