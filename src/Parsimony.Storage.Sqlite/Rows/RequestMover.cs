using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>
/// Moves requests within one transaction, and keeps what is counted about them: scopes' totals, and what is open in batches.
/// A scope's reserve is the sum of the bounds of its open requests that are not held.
/// </summary>
internal sealed class RequestMover(Connection connection, Dictionaries dictionaries, DateTimeOffset now) : IRequestMover<long>
{
    private readonly BatchDeltas _batches = new();
    private readonly Dictionary<long, bool> _limited = [];
    private readonly Dictionary<long, bool> _unsubmitted = [];

    internal ScopeDeltas Scopes { get; } = new();

    internal BudgetDeltas Budgets { get; } = new() { Book = dictionaries.Budgets(connection) };

    /// <summary>Whether hard budgets have room for these, which have ended, to be open again; null when they have, or there are none.</summary>
    internal BudgetRefusal? Refuse(IReadOnlyCollection<MovingRequest> requests)
    {
        if (Budgets.Book.IsEmpty)
        {
            return null;
        }

        var demands = requests.Select(r => new BudgetDemand(dictionaries.Profile(connection, r.Profile), r.AcceptedAt, r.Bound ?? 0m, r.Bound is null)).ToList();
        return BudgetRows.Gate(connection, Budgets.Book, demands.SelectMany(d => Budgets.Book.KeysOf(d.Profile, d.AcceptedAt)).Select(key => key.Key)).Take(demands);
    }

    internal MovingRequest? Find(long sequence)
    {
        MovingRequest request;
        using (var row = connection.Use("ReadMoving").With(sequence))
        {
            if (!row.Step())
            {
                return null;
            }

            request = MovingRequest.Read(row);
        }

        return request with { IsLimited = IsLimited(request.Scope) };
    }

    /// <summary>Whether a batch was not claimed for submission yet.</summary>
    internal bool IsUnsubmitted(long batch)
    {
        if (!_unsubmitted.TryGetValue(batch, out var isUnsubmitted))
        {
            using var row = connection.Use("ReadBatchState").With(batch);
            isUnsubmitted = row.Step() && CancelRule.IsUnsubmitted((BatchState)row.Int32());
            _unsubmitted.Add(batch, isUnsubmitted);
        }

        return isUnsubmitted;
    }

    public void Answer(in MovingRequest request, int attempt, long page, int slot, string? finishReason)
    {
        var finish = finishReason is null ? (long?)null : dictionaries.PhraseNumber(connection, finishReason);
        if (request.State == RequestState.Batched)
        {
            connection.Use("AnswerBatched").With(page).With(slot).With(finish).With(now).With(request.Sequence).Run();
        }
        else
        {
            var reason = RequestMoves.IsFinal(request.State) ? dictionaries.PhraseNumber(connection, Reasons.AnsweredLate) : (long?)null;
            connection.Use("AnswerRequest").With(page).With(slot).With(finish).With(now).With(reason).With(attempt).With(request.Sequence).Run();
        }

        if (RequestMoves.IsFinal(request.State))
        {
            // It had ended without an answer, and is counted anew.
            Scopes.Ended(request.Scope, request.State, -1);
        }
        else
        {
            Left(request);
        }

        Scopes.Ended(request.Scope, RequestState.Answered);
    }

    public void End(in MovingRequest request, RequestState state, string failureCode, string? reason, bool isSend = false, bool isUncertain = false)
    {
        connection.Use("EndRequest")
            .With((long)state).With(dictionaries.PhraseNumber(connection, failureCode))
            .With(reason is null ? (long?)null : dictionaries.PhraseNumber(connection, reason))
            .With(isSend).With(isUncertain).With(now).With(request.Sequence).Run();
        Left(request);
        Scopes.Ended(request.Scope, state);
    }

    public void Requeue(in MovingRequest request, SettlementMove.ToQueued move)
    {
        connection.Use("RequeueRequest")
            .With(dictionaries.PhraseNumber(connection, move.Reason)).With(request.IsLimited).With(move.NotBefore?.ToUnixTimeMilliseconds() ?? 0)
            .With(move.CountsAsSend).With(move.CountsAsUncertain).With(request.Sequence).Run();
        Left(request);
        Opened(request);
    }

    internal void Retry(in MovingRequest request)
    {
        connection.Use("RetryRequest")
            .With(dictionaries.PhraseNumber(connection, "live: retried")).With(request.IsLimited).With(now).With(request.Sequence).Run();
        Scopes.Ended(request.Scope, request.State, -1);
        Opened(request);
    }

    internal void Mark(in MovingRequest request)
    {
        connection.Use("MarkCancelRequested").With(request.Sequence).Run();
        _batches.Marked(request);
    }

    public void Release(in MovingRequest request) => connection.Use("ReleaseAttempt").With(request.Sequence).With(request.Attempt).Run();

    /// <summary>Writes the counts, and closes batches that were emptied before they were submitted.</summary>
    internal void Save()
    {
        ScopeRows.Add(connection, Scopes);
        BudgetRows.Add(connection, dictionaries, Budgets);
        var batches = _batches.Take();
        foreach (var (batch, delta) in batches)
        {
            connection.Use("AddToBatch").With(delta.Open).With(delta.Marked).With(batch).Run();
            if (delta.Earliest is { } earliest)
            {
                // An item that leaves early may have been the one its batch hurries for.
                connection.Use("RenewEscalation").With(batch).With(earliest).Run();
            }
        }

        if (batches.Count > 0)
        {
            connection.Use("RejectEmptied").With(now).Run();
        }
    }

    private void Left(in MovingRequest request)
    {
        Scopes.Left(request);
        Budgets.GiveBack(request.Profile, request.AcceptedAt, request.Bound);
        _batches.Left(request);
    }

    private void Opened(in MovingRequest request)
    {
        Scopes.Opened(request, request.IsLimited);
        Budgets.Reserve(request.Profile, request.AcceptedAt, request.Bound);
    }

    private bool IsLimited(long scope)
    {
        if (!_limited.TryGetValue(scope, out var isLimited))
        {
            using var row = connection.Use("ReadScopeLimit").With(scope);
            isLimited = row.Step() && !row.IsNull();
            _limited.Add(scope, isLimited);
        }

        return isLimited;
    }
}
