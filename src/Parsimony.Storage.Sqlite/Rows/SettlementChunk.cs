using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Applies one chunk of settlements within a transaction.</summary>
internal sealed class SettlementChunk
{
    private readonly Connection _connection;
    private readonly DateTimeOffset _now;
    private readonly RequestMover _mover;
    private readonly LedgerBook _book;
    private readonly SettlementMoves<long> _moves;
    private int _repeated;

    internal SettlementChunk(Connection connection, Dictionaries dictionaries, DateTimeOffset now)
    {
        _connection = connection;
        _now = now;
        _mover = new RequestMover(connection, dictionaries, now);
        _moves = new SettlementMoves<long>(_mover);
        _book = new LedgerBook(connection, dictionaries, _mover.Scopes, _mover.Budgets);
    }

    internal SettlementResult Run(IReadOnlyList<Settlement> settlements)
    {
        // By row number: rows and entries that are neighbours are written together, and answers can be read back in input order.
        var sorted = settlements.OrderBy(s => s.Sequence).ToList();
        var requests = sorted.ConvertAll(s => _mover.Find(s.Sequence));
        var bodies = new AnswerBodies(sorted, requests);
        var pages = bodies.All.Count == 0 ? null : new PayloadPages(_connection, bodies.All);
        for (var i = 0; i < sorted.Count; i++)
        {
            var settlement = sorted[i];
            // Two settlements of one request in a chunk: the second sees what the first did.
            var isAgain = i > 0 && sorted[i - 1].Sequence == settlement.Sequence;
            if ((isAgain ? _mover.Find(settlement.Sequence) : requests[i]) is not { } request)
            {
                _repeated++;
                continue;
            }

            var isBooked = settlement.Entry is { } entry && _book.Add(entry, request.Scope, request.Profile, request.AcceptedAt);
            if (!_moves.Make(settlement, request, bodies.IndexOf(i) is { } body ? pages?.PlaceOf(body) : null, IsUnsubmitted(settlement, request)))
            {
                _repeated += isBooked ? 0 : 1;
            }
        }

        pages?.Write(_connection, isAnswer: true, sorted[0].Sequence, sorted[^1].Sequence, _now);
        _mover.Save();
        _book.Save();
        return _moves.Result(_repeated);
    }

    private bool IsUnsubmitted(Settlement settlement, in MovingRequest request) =>
        settlement.OnlyIfUnsubmitted && request.Batch is { } batch && _mover.IsUnsubmitted(batch);
}
