using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>What a move must know of a request's row.</summary>
internal readonly record struct MovingRequest(
    long Sequence, RequestId Id, RequestState State, int Attempt, bool IsHeld, bool IsMarked, long Scope, long Profile, decimal? Bound, long? Batch,
    DateTimeOffset? EscalateAt);

/// <summary>
/// Moves requests within one transaction, and keeps what is counted about them: scopes' totals, and what is open in batches.
/// A scope's reserve is the sum of the bounds of its open requests that are not held.
/// </summary>
internal sealed class RequestMover(Connection connection, Dictionaries dictionaries, DateTimeOffset now)
{
    private static readonly bool[,] Legal = Table();
    private readonly Dictionary<long, (long Open, long Marked, DateTimeOffset? Earliest)> _batches = [];
    private readonly Dictionary<long, bool> _limited = [];

    internal ScopeDeltas Scopes { get; } = new();

    internal static bool IsLegal(RequestState from, RequestState to) => Legal[(int)from, (int)to];

    internal MovingRequest? Find(long sequence)
    {
        using var row = connection.Use("ReadMoving").With(sequence);
        return row.Step()
            ? new MovingRequest(
                row.Int64(), RequestRows.ReadId(row), (RequestState)row.Int32(), row.Int32(), row.Bool(), row.Bool(), row.Int64(), row.Int64(),
                row.MoneyOrNull(), row.Int64OrNull(), row.TimeOrNull())
            : null;
    }

    internal void Answer(in MovingRequest request, int attempt, long page, int slot, string? finishReason)
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

    internal void End(in MovingRequest request, RequestState state, string failureCode, string? reason, bool isSend = false, bool isUncertain = false)
    {
        connection.Use("EndRequest")
            .With((long)state).With(dictionaries.PhraseNumber(connection, failureCode))
            .With(reason is null ? (long?)null : dictionaries.PhraseNumber(connection, reason))
            .With(isSend).With(isUncertain).With(now).With(request.Sequence).Run();
        Left(request);
        Scopes.Ended(request.Scope, state);
    }

    internal void Requeue(in MovingRequest request, SettlementMove.ToQueued move)
    {
        var isHeld = IsLimited(request.Scope);
        connection.Use("RequeueRequest")
            .With(dictionaries.PhraseNumber(connection, move.Reason)).With(isHeld).With(move.NotBefore?.ToUnixTimeMilliseconds() ?? 0)
            .With(move.CountsAsSend).With(move.CountsAsUncertain).With(request.Sequence).Run();
        Left(request);
        Reopened(request, isHeld);
    }

    internal void Retry(in MovingRequest request)
    {
        var isHeld = IsLimited(request.Scope);
        connection.Use("RetryRequest").With(dictionaries.PhraseNumber(connection, "live: retried")).With(isHeld).With(now).With(request.Sequence).Run();
        Scopes.Ended(request.Scope, request.State, -1);
        Reopened(request, isHeld);
    }

    internal void Mark(in MovingRequest request)
    {
        connection.Use("MarkCancelRequested").With(request.Sequence).Run();
        if (request is { State: RequestState.Batched, Batch: { } batch })
        {
            var delta = _batches.GetValueOrDefault(batch);
            _batches[batch] = delta with { Marked = delta.Marked + 1 };
        }
    }

    /// <summary>Writes the counts, and closes batches that were emptied before they were submitted.</summary>
    internal void Save()
    {
        Scopes.Write(connection);
        foreach (var (batch, (open, marked, earliest)) in _batches)
        {
            connection.Use("AddToBatch").With(open).With(marked).With(batch).Run();
            // An item that leaves early may have been the one its batch hurries for.
            connection.Use("RenewEscalation").With(batch).With(earliest).Run();
        }

        if (_batches.Count > 0)
        {
            connection.Use("RejectEmptied").With(now).Run();
        }

        _batches.Clear();
    }

    private static bool[,] Table()
    {
        var table = new bool[7, 7];
        foreach (var (from, to, _) in RequestMoves.All)
        {
            table[(int)from, (int)to] = true;
        }

        return table;
    }

    private void Left(in MovingRequest request)
    {
        ref var delta = ref Scopes.Of(request.Scope);
        if (request.IsHeld)
        {
            delta.Held--;
        }
        else
        {
            delta.Reserved -= request.Bound ?? 0m;
        }

        if (request is { State: RequestState.Batched, Batch: { } batch })
        {
            var change = _batches.GetValueOrDefault(batch);
            _batches[batch] = (change.Open - 1, change.Marked - (request.IsMarked ? 1 : 0), FillingBatches.Earlier(change.Earliest, request.EscalateAt));
        }
    }

    private void Reopened(in MovingRequest request, bool isHeld)
    {
        ref var delta = ref Scopes.Of(request.Scope);
        if (isHeld)
        {
            delta.Held++;
        }
        else
        {
            delta.Reserved += request.Bound ?? 0m;
        }
    }

    private bool IsLimited(long scope)
    {
        if (!_limited.TryGetValue(scope, out var isLimited))
        {
            using var row = connection.Use("ReadScopeLimit").With(scope);
            isLimited = row.Step() && !row.IsNull();
            _limited[scope] = isLimited;
        }

        return isLimited;
    }
}
