using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>
/// Moves requests within one transaction, and keeps what is counted about them: scopes' totals, and what is open in batches.
/// A scope's reserve is the sum of the bounds of its open requests that are not held.
/// </summary>
/// <remarks>
/// Rows are locked first (<see cref="LockAsync"/>), then moved in memory, where a later move sees what an earlier one did, then written by a few
/// statements for all of them (<see cref="SaveAsync"/>).
/// </remarks>
internal sealed class RequestMover(Session session, DateTimeOffset now) : IRequestMover<Guid>
{
    private readonly Dictionary<long, MovingRequest> _requests = [];
    private readonly Dictionary<long, BatchState> _batches = [];
    private readonly BatchDeltas _items = new();
    private readonly Dictionary<BudgetKey, BudgetAmounts> _uses = [];
    private readonly RequestMoveList _moves = new(session, now);

    internal ScopeDeltas Scopes { get; } = new();

    internal BudgetDeltas Budgets { get; } = new();

    /// <summary>Locks requests and reads them, with the rows of use they count in; those that are gone are left out.</summary>
    internal async Task<List<MovingRequest>> LockAsync(IReadOnlyList<long> sequences)
    {
        Budgets.Book = await session.Dictionaries.Budgets.HoldAsync(session).ConfigureAwait(false);
        var rows = await session.Use("ReadMoving").With(sequences, NpgsqlDbType.Bigint).ListAsync(Read, session.Cancellation).ConfigureAwait(false);
        foreach (var row in rows)
        {
            _requests[row.Sequence] = row;
        }

        if (!Budgets.Book.IsEmpty)
        {
            await LockUsesAsync(rows).ConfigureAwait(false);
        }

        return rows;
    }

    /// <summary>Whether hard budgets have room for these, which are locked and have ended, to be open again; null when they have, or there are none.</summary>
    internal async Task<BudgetRefusal?> RefuseAsync(IReadOnlyCollection<MovingRequest> requests)
    {
        if (Budgets.Book.IsEmpty)
        {
            return null;
        }

        var profiles = await BudgetRows.ProfilesAsync(session, requests.Select(r => r.Profile)).ConfigureAwait(false);
        var gate = new BudgetGate(Budgets.Book);
        foreach (var (key, amounts) in _uses)
        {
            gate.Note(key, amounts);
        }

        return gate.Take(requests.Select(r => new BudgetDemand(profiles[r.Profile], r.AcceptedAt, r.Bound ?? 0m, r.Bound is null)));
    }

    /// <summary>A locked request as its moves so far left it; null when it is gone.</summary>
    internal MovingRequest? Find(long sequence) => _requests.TryGetValue(sequence, out var request) ? request : null;

    /// <summary>Locks batches and gives their states. After the requests, never before them.</summary>
    internal async Task<IReadOnlyDictionary<long, BatchState>> LockBatchesAsync(IEnumerable<long> batches)
    {
        var wanted = batches.Where(batch => !_batches.ContainsKey(batch)).Distinct().Order().ToList();
        if (wanted.Count > 0)
        {
            var rows = await session.Use("ReadBatchState").With(wanted, NpgsqlDbType.Bigint)
                .ListAsync(static row => (Id: row.Int64(), State: (BatchState)row.Small()), session.Cancellation).ConfigureAwait(false);
            foreach (var (id, state) in rows)
            {
                _batches[id] = state;
            }
        }

        return _batches;
    }

    public void Answer(in MovingRequest request, int attempt, Guid page, int slot, string? finishReason)
    {
        if (request.State == RequestState.Batched)
        {
            _moves.AnswerBatched(request.Sequence, page, slot, finishReason);
        }
        else
        {
            _moves.Answer(request.Sequence, attempt, page, slot, finishReason, RequestMoves.IsFinal(request.State) ? Reasons.AnsweredLate : null);
        }

        if (RequestMoves.IsFinal(request.State))
        {
            // It had ended without an answer, and is counted anew.
            Scopes.Ended(request.Scope, request.State, -1);
            _requests[request.Sequence] = request with { State = RequestState.Answered };
        }
        else
        {
            Left(request, RequestState.Answered);
        }

        Scopes.Ended(request.Scope, RequestState.Answered);
    }

    public void End(in MovingRequest request, RequestState state, string failureCode, string? reason, bool isSend = false, bool isUncertain = false)
    {
        _moves.End(request.Sequence, state, failureCode, reason, isSend, isUncertain);
        Left(request, state);
        Scopes.Ended(request.Scope, state);
    }

    public void Requeue(in MovingRequest request, SettlementMove.ToQueued move)
    {
        _moves.Requeue(request.Sequence, request.IsLimited, move);
        Left(request, RequestState.Queued);
        Opened(request);
    }

    internal void Retry(in MovingRequest request)
    {
        _moves.Retry(request.Sequence, request.IsLimited);
        Scopes.Ended(request.Scope, request.State, -1);
        Opened(request with { IsMarked = false });
    }

    internal void Mark(in MovingRequest request)
    {
        _moves.Mark(request.Sequence);
        _requests[request.Sequence] = request with { IsMarked = true };
        _items.Marked(request);
    }

    public void Release(in MovingRequest request) => _moves.Release(request.Sequence, request.Attempt);

    /// <summary>Writes the moves and the counts, and closes batches that were emptied before they were submitted.</summary>
    internal async Task SaveAsync()
    {
        await _moves.SaveAsync().ConfigureAwait(false);
        await SaveBatchesAsync().ConfigureAwait(false);
        await ScopeRows.AddAsync(session, Scopes).ConfigureAwait(false);
        await BudgetRows.AddAsync(session, Budgets).ConfigureAwait(false);
    }

    // Before batches and scopes, as those who accept requests lock them.
    private async Task LockUsesAsync(List<MovingRequest> rows)
    {
        var profiles = await BudgetRows.ProfilesAsync(session, rows.Select(r => r.Profile)).ConfigureAwait(false);
        var keys = rows.Select(r => (r.Profile, Day: BudgetKey.StartOf(BudgetPeriod.Day, r.AcceptedAt))).Distinct()
            .SelectMany(r => Budgets.Book.KeysOf(profiles[r.Profile], r.Day)).Select(key => key.Key);
        foreach (var (key, amounts) in await BudgetRows.LockAsync(session, keys).ConfigureAwait(false))
        {
            _uses[key] = amounts;
        }
    }

    private static MovingRequest Read(Row row) => MovingRequest.Read(row) with { IsLimited = row.Bool() };

    private async Task SaveBatchesAsync()
    {
        var changed = _items.Take();
        if (changed.Count == 0)
        {
            return;
        }

        var ids = changed.ConvertAll(c => c.Batch);
        var states = await LockBatchesAsync(ids).ConfigureAwait(false);
        await session.Use("AddToBatch").With(ids, NpgsqlDbType.Bigint)
            .With(changed.ConvertAll(c => c.Delta.Open), NpgsqlDbType.Integer)
            .With(changed.ConvertAll(c => c.Delta.Marked), NpgsqlDbType.Integer)
            .RunAsync(session.Cancellation).ConfigureAwait(false);

        // An item that leaves early may have been the one its batch hurries for.
        var hurrying = changed.FindAll(c => c.Delta.Earliest is not null);
        if (hurrying.Count > 0)
        {
            await session.Use("RenewEscalation").With(hurrying.ConvertAll(c => c.Batch), NpgsqlDbType.Bigint)
                .With(hurrying.ConvertAll(c => c.Delta.Earliest?.UtcDateTime), NpgsqlDbType.TimestampTz)
                .RunAsync(session.Cancellation).ConfigureAwait(false);
        }

        var waiting = ids.FindAll(id => states.GetValueOrDefault(id) == BatchState.Sealed);
        if (waiting.Count > 0)
        {
            await session.Use("RejectEmptied").With(now).With(waiting, NpgsqlDbType.Bigint).RunAsync(session.Cancellation).ConfigureAwait(false);
        }
    }

    private void Left(in MovingRequest request, RequestState state)
    {
        Scopes.Left(request);
        Budgets.GiveBack(request.Profile, request.AcceptedAt, request.Bound);
        _requests[request.Sequence] = request with { State = state, IsHeld = false };
        _items.Left(request);
    }

    private void Opened(in MovingRequest request)
    {
        Scopes.Opened(request, request.IsLimited);
        Budgets.Reserve(request.Profile, request.AcceptedAt, request.Bound);
        _requests[request.Sequence] = request with { State = RequestState.Queued, IsHeld = request.IsLimited };
    }
}
