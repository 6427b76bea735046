using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Applies one chunk of settlements within a transaction.</summary>
internal sealed class SettlementChunk
{
    private readonly Connection _connection;
    private readonly DateTimeOffset _now;
    private readonly RequestMover _mover;
    private readonly LedgerBook _book;
    private readonly List<RequestId> _answered = [];
    private readonly List<RequestId> _ended = [];
    private int _requeued;
    private int _repeated;

    internal SettlementChunk(Connection connection, Dictionaries dictionaries, DateTimeOffset now)
    {
        _connection = connection;
        _now = now;
        _mover = new RequestMover(connection, dictionaries, now);
        _book = new LedgerBook(connection, dictionaries, _mover.Scopes);
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

            var isBooked = settlement.Entry is { } entry && _book.Add(entry, request.Scope, request.Profile);
            if (!Move(settlement, request, bodies.IndexOf(i) is { } body ? pages?.PlaceOf(body) : null))
            {
                _repeated += isBooked ? 0 : 1;
            }
        }

        pages?.Write(_connection, isAnswer: true, sorted[0].Sequence, sorted[^1].Sequence, _now);
        _mover.Save();
        _book.Save();
        return new SettlementResult(_answered, _ended, _requeued, _repeated);
    }

    private bool Move(Settlement settlement, in MovingRequest request, (long Page, int Slot)? place)
    {
        var isUnsubmitted = settlement.OnlyIfUnsubmitted && request.Batch is { } batch && _mover.IsUnsubmitted(batch);
        switch (SettlementRule.Decide(settlement, request, isUnsubmitted), settlement.Move)
        {
            case (SettlementOutcome.Answer, SettlementMove.ToAnswered answer) when place is var (page, slot):
                _mover.Answer(request, settlement.Attempt, page, slot, answer.FinishReason);
                _answered.Add(request.Id);
                return true;

            case (SettlementOutcome.Requeue, SettlementMove.ToQueued requeue):
                _mover.Requeue(request, requeue);
                _requeued++;
                return true;

            case (SettlementOutcome.Cancel, SettlementMove.ToQueued requeue):
                _mover.End(request, RequestState.Cancelled, "cancelled", "cancelled", requeue.CountsAsSend, requeue.CountsAsUncertain);
                _ended.Add(request.Id);
                return true;

            case (SettlementOutcome.End, SettlementMove.ToEnded end):
                _mover.End(request, end.State, end.FailureCode, end.Reason);
                _ended.Add(request.Id);
                return true;

            case (SettlementOutcome.Release, _):
                _mover.Release(request);
                return false;

            default:
                return false;
        }
    }
}
