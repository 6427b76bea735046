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
        var answers = PackAnswers(sorted, requests);
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
            if (!Move(settlement, request, answers, i))
            {
                Release(settlement, request);
                _repeated += isBooked ? 0 : 1;
            }
        }

        answers?.Pages.Write(_connection, isAnswer: true, sorted[0].Sequence, sorted[^1].Sequence, _now);
        _mover.Save();
        _book.Save();
        return new SettlementResult(_answered, _ended, _requeued, _repeated);
    }

    private (PayloadPages Pages, int[] Index)? PackAnswers(List<Settlement> settlements, List<MovingRequest?> requests)
    {
        var bodies = new List<ReadOnlyMemory<byte>>();
        var index = new int[settlements.Count];
        for (var i = 0; i < settlements.Count; i++)
        {
            // One that was answered before leaves nothing behind.
            if (settlements[i].Move is SettlementMove.ToAnswered answer && requests[i] is { } request && RequestMover.IsLegal(request.State, RequestState.Answered))
            {
                index[i] = bodies.Count;
                bodies.Add(answer.Body);
            }
        }

        if (bodies.Count == 0)
        {
            return null;
        }

        var pages = new PayloadPages(bodies, EnqueueChunk.NextPage(_connection));
        _connection.Use("SetCounter").With(pages.FirstPage + pages.Count - 1).With("last_page").Run();
        return (pages, index);
    }

    private bool Move(Settlement settlement, in MovingRequest request, (PayloadPages Pages, int[] Index)? answers, int index)
    {
        switch (settlement.Move)
        {
            case SettlementMove.ToAnswered answer when answers is { } packed && RequestMover.IsLegal(request.State, RequestState.Answered):
                var (page, slot) = packed.Pages.Places[packed.Index[index]];
                _mover.Answer(request, settlement.Attempt, page, slot, answer.FinishReason);
                _answered.Add(request.Id);
                return true;

            case SettlementMove.ToQueued requeue when IsUnderWay(settlement, request) && RequestMover.IsLegal(request.State, RequestState.Queued)
                && (!settlement.OnlyIfUnsubmitted || IsUnsubmitted(request)):
                if (request.IsMarked)
                {
                    _mover.End(request, RequestState.Cancelled, "cancelled", "cancelled", requeue.CountsAsSend, requeue.CountsAsUncertain);
                    _ended.Add(request.Id);
                }
                else
                {
                    _mover.Requeue(request, requeue);
                    _requeued++;
                }

                return true;

            case SettlementMove.ToEnded end when request.Attempt == settlement.Attempt
                && end.State != RequestState.Answered && RequestMoves.IsFinal(end.State) && RequestMover.IsLegal(request.State, end.State):
                _mover.End(request, end.State, end.FailureCode, end.Reason);
                _ended.Add(request.Id);
                return true;

            default:
                return false;
        }
    }

    private bool IsUnsubmitted(in MovingRequest request)
    {
        if (request.Batch is not { } batch)
        {
            return false;
        }

        using var row = _connection.Use("ReadBatchState").With(batch);
        return row.Step() && (BatchState)row.Int32() is BatchState.Filling or BatchState.Sealed;
    }

    /// <summary>A live attempt that ended after its request was answered by an earlier one.</summary>
    private void Release(Settlement settlement, in MovingRequest request)
    {
        if (request.State == RequestState.Answered && settlement is { Entry.Kind: not LedgerKind.Batch } && settlement.Attempt == request.Attempt)
        {
            _connection.Use("ReleaseAttempt").With(request.Sequence).With(request.Attempt).Run();
        }
    }

    private static bool IsUnderWay(Settlement settlement, in MovingRequest request) =>
        request.State is RequestState.Batched or RequestState.Sending && request.Attempt == settlement.Attempt;
}
