using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Applies one chunk of settlements within a transaction: rows are locked, what happens to each is decided in memory, and all is written in sets.</summary>
internal sealed class SettlementChunk
{
    private readonly Session _session;
    private readonly DateTimeOffset _now;
    private readonly RequestMover _mover;
    private readonly LedgerBook _book;
    private readonly SettlementMoves<Guid> _moves;
    private readonly List<LedgerLine?> _unmoved = [];
    private int _gone;

    internal SettlementChunk(Session session, DateTimeOffset now)
    {
        _session = session;
        _now = now;
        _mover = new RequestMover(session, now);
        _moves = new SettlementMoves<Guid>(_mover);
        _book = new LedgerBook(session, _mover.Scopes, _mover.Budgets);
    }

    /// <summary>
    /// Adds the texts of a chunk that are new. Before the transaction: each is added by a transaction of its own, on a connection of its own, and many writers
    /// that hold one and wait for another would wait for ever.
    /// </summary>
    internal static async Task PrepareAsync(PostgresDatabase database, IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal) { "cancelled", Reasons.AnsweredLate };
        foreach (var settlement in settlements)
        {
            switch (settlement.Move)
            {
                case SettlementMove.ToAnswered { FinishReason: { } finish }:
                    texts.Add(finish);
                    break;
                case SettlementMove.ToQueued requeue:
                    texts.Add(requeue.Reason);
                    break;
                case SettlementMove.ToEnded end:
                    texts.Add(end.FailureCode);
                    texts.Add(end.Reason);
                    break;
            }

            if (settlement.Entry is { } entry)
            {
                texts.Add(entry.PriceSource);
            }
        }

        foreach (var text in texts)
        {
            await database.Dictionaries.PhraseNumberAsync(database, text, cancellationToken).ConfigureAwait(false);
        }
    }

    internal async Task<SettlementResult> RunAsync(IReadOnlyList<Settlement> settlements, (long Id, Lease Lease)? batch)
    {
        // By row number: rows and entries that are neighbours are written together, and answers can be read back in input order.
        var sorted = settlements.OrderBy(s => s.Sequence).ToList();
        var requests = await _mover.LockAsync([.. sorted.Select(s => s.Sequence).Distinct()]).ConfigureAwait(false);
        var batches = sorted.Exists(s => s.OnlyIfUnsubmitted)
            ? await _mover.LockBatchesAsync(requests.Where(r => r.State == RequestState.Batched).Select(r => r.Batch ?? 0)).ConfigureAwait(false)
            : null;
        if (batch is { } held && await RenewAsync(held.Id, held.Lease).ConfigureAwait(false) == 0)
        {
            return new SettlementResult([], [], 0, 0) { LeaseHeld = false };
        }

        var answers = AnswerPages.Of(sorted, sorted.ConvertAll(s => _mover.Find(s.Sequence)), _session.Database.Ids);
        await _session.Database.Months.EnsureAsync(
            _session.Database, requests.Select(r => r.Id.Value).Concat(answers?.Ids ?? []), _session.Cancellation).ConfigureAwait(false);
        for (var i = 0; i < sorted.Count; i++)
        {
            // Two settlements of one request in a chunk: the second sees what the first did.
            if (_mover.Find(sorted[i].Sequence) is not { } request)
            {
                _gone++;
                continue;
            }

            var line = sorted[i].Entry is { } entry ? _book.Add(entry, request.Id, request.Scope, request.Profile, request.AcceptedAt) : null;
            if (!_moves.Make(sorted[i], request, answers?.PlaceOf(i), IsUnsubmitted(request, batches)))
            {
                _unmoved.Add(line);
            }
        }

        if (answers is not null)
        {
            await answers.WriteAsync(_session, sorted[0].Sequence, sorted[^1].Sequence, _now).ConfigureAwait(false);
        }

        await SaveAsync().ConfigureAwait(false);
        return _moves.Result(_gone + _unmoved.Count(line => line is not { IsNew: true }));
    }

    private Task<int> RenewAsync(long batch, Lease lease) => _session.UseLease("RenewLease", lease, _now).With(batch).RunAsync(_session.Cancellation);

    private async Task SaveAsync()
    {
        await _book.SaveEntriesAsync().ConfigureAwait(false);
        await _mover.SaveAsync().ConfigureAwait(false);
        await _book.SaveRollupsAsync().ConfigureAwait(false);
        if (_moves.IsAnyFinal)
        {
            await _session.Use("Notify").With("ended").RunAsync(_session.Cancellation).ConfigureAwait(false);
        }
    }

    private static bool IsUnsubmitted(in MovingRequest request, IReadOnlyDictionary<long, BatchState>? batches) =>
        request.Batch is { } batch && batches is not null && batches.TryGetValue(batch, out var state) && CancelRule.IsUnsubmitted(state);
}
