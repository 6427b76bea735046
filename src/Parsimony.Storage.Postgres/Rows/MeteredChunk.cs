using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Books one chunk of calls made outside the engine within a transaction.</summary>
internal sealed class MeteredChunk
{
    private readonly IReadOnlyList<MeteredCall> _calls;
    private readonly DateTimeOffset _now;
    private readonly long[] _scopes;
    private readonly long[] _profiles;
    private readonly long[] _reasons;
    private readonly long?[] _failures;
    private readonly long?[] _finishes;

    private MeteredChunk(IReadOnlyList<MeteredCall> calls, DateTimeOffset now)
    {
        _calls = calls;
        _now = now;
        (_scopes, _profiles, _reasons) = (new long[calls.Count], new long[calls.Count], new long[calls.Count]);
        (_failures, _finishes) = (new long?[calls.Count], new long?[calls.Count]);
    }

    /// <summary>Looks up, or adds, the numbers of what the calls name, and the months of their ids: before the transaction, on connections of their own.</summary>
    internal static async Task<MeteredChunk> PrepareAsync(
        PostgresDatabase database, IReadOnlyList<MeteredCall> calls, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // One id once: a second call of the same id is one that is there already.
        var chunk = new MeteredChunk([.. calls.DistinctBy(call => call.Request.Id)], now);
        var dictionaries = database.Dictionaries;
        for (var i = 0; i < chunk._calls.Count; i++)
        {
            var (request, entry) = (chunk._calls[i].Request, chunk._calls[i].Entry);
            if (!RequestMoves.IsFinal(request.State))
            {
                throw new ArgumentException($"Request {request.Id} is {request.State}; only calls that have ended can be booked.", nameof(calls));
            }

            chunk._scopes[i] = await dictionaries.ScopeNumberAsync(
                database, TextLimits.Fit(request.Scope, TextLimits.Scope), now, cancellationToken).ConfigureAwait(false);
            chunk._profiles[i] = await dictionaries.ProfileNumberAsync(database, TextLimits.Fit(request.Profile), cancellationToken).ConfigureAwait(false);
            chunk._reasons[i] = await dictionaries.PhraseNumberAsync(database, request.Reason, cancellationToken).ConfigureAwait(false);
            chunk._failures[i] = request.FailureCode is { } code ? await dictionaries.PhraseNumberAsync(database, code, cancellationToken).ConfigureAwait(false) : null;
            chunk._finishes[i] = request.FinishReason is { } finish ? await dictionaries.PhraseNumberAsync(database, finish, cancellationToken).ConfigureAwait(false) : null;
            await dictionaries.PhraseNumberAsync(database, entry.PriceSource, cancellationToken).ConfigureAwait(false);
        }

        await database.Months.EnsureAsync(database, chunk._calls.Select(call => call.Request.Id.Value), cancellationToken).ConfigureAwait(false);
        return chunk;
    }

    /// <summary>How many were added; those that were there already are not.</summary>
    internal async Task<int> RunAsync(Session session)
    {
        var scopes = new ScopeDeltas();
        var budgets = new BudgetDeltas { Book = await session.Dictionaries.Budgets.HoldAsync(session).ConfigureAwait(false) };
        var book = new LedgerBook(session, scopes, budgets);
        var added = await AddAsync(session).ConfigureAwait(false);
        var reserved = _calls.Where(call => call.IsReserved).Select(call => call.Request.Id.Value).ToArray();
        var released = await BudgetReservations.RemoveAsync(session, reserved).ConfigureAwait(false);
        var late = await FindLateAsync(session, [.. reserved.Where(id => !added.ContainsKey(id))]).ConfigureAwait(false);
        await LockUsesAsync(session, budgets.Book, released, late.Values).ConfigureAwait(false);
        foreach (var call in released)
        {
            budgets.GiveBack(call.Profile, call.AcceptedAt, call.BoundUsd);
        }

        for (var i = 0; i < _calls.Count; i++)
        {
            var (request, entry) = (_calls[i].Request, _calls[i].Entry);
            if (added.TryGetValue(request.Id.Value, out var sequence))
            {
                scopes.Of(_scopes[i]).Total++;
                scopes.Ended(_scopes[i], request.State);
                book.Add(entry with { Sequence = sequence }, request.Id, _scopes[i], _profiles[i], request.AcceptedAt);
            }
            else if (late.TryGetValue(request.Id.Value, out var there))
            {
                // Booked as unknown when its reservation ran out: what it cost after all corrects that.
                book.Add(entry with { Sequence = there.Sequence }, request.Id, there.Scope, there.Profile, there.AcceptedAt);
            }
        }

        await book.SaveEntriesAsync().ConfigureAwait(false);
        await ScopeRows.AddAsync(session, scopes).ConfigureAwait(false);
        await BudgetRows.AddAsync(session, budgets).ConfigureAwait(false);
        await book.SaveRollupsAsync().ConfigureAwait(false);
        return added.Count;
    }

    private static async Task<Dictionary<Guid, BookedCall>> FindLateAsync(Session session, Guid[] ids)
    {
        if (ids.Length == 0)
        {
            return [];
        }

        var rows = await session.Use("FindBooked").With(ids, NpgsqlDbType.Uuid)
            .ListAsync(static row => new BookedCall(row.Int64(), row.Uuid(), row.Int64(), row.Int64(), row.Time()), session.Cancellation).ConfigureAwait(false);
        return rows.ToDictionary(row => row.Id);
    }

    private async Task LockUsesAsync(Session session, BudgetBook budgets, IEnumerable<ReservedCall> released, IEnumerable<BookedCall> late)
    {
        if (budgets.IsEmpty)
        {
            return;
        }

        var booked = _calls.Select((call, i) => (Profile: _profiles[i], call.Request.AcceptedAt))
            .Concat(released.Select(call => (call.Profile, call.AcceptedAt))).Concat(late.Select(call => (call.Profile, call.AcceptedAt))).ToList();
        var profiles = await BudgetRows.ProfilesAsync(session, booked.Select(call => call.Profile)).ConfigureAwait(false);
        await BudgetRows.LockAsync(session, booked.SelectMany(call => budgets.KeysOf(profiles[call.Profile], call.AcceptedAt)).Select(key => key.Key)).ConfigureAwait(false);
    }

    private async Task<Dictionary<Guid, long>> AddAsync(Session session)
    {
        T[] Of<T>(Func<StoredRequest, T> column) => [.. _calls.Select(call => column(call.Request))];
        var rows = await session.Use("AddEndedRequest")
            .With(Of(r => r.Id.Value), NpgsqlDbType.Uuid).With(_scopes, NpgsqlDbType.Bigint).With(_profiles, NpgsqlDbType.Bigint)
            .With(Of(r => (short)r.State), NpgsqlDbType.Smallint).With(Of(r => (short)r.Route), NpgsqlDbType.Smallint).With(_reasons, NpgsqlDbType.Bigint)
            .With(Of(r => r.Attempt), NpgsqlDbType.Integer).With(Of(r => r.Sends), NpgsqlDbType.Integer).With(Of(r => r.Uncertain), NpgsqlDbType.Integer)
            .With(Of(r => r.AcceptedAt.UtcDateTime), NpgsqlDbType.TimestampTz).With(Of(r => r.Deadline?.UtcDateTime), NpgsqlDbType.TimestampTz)
            .With(Of(r => (r.FinishedAt ?? _now).UtcDateTime), NpgsqlDbType.TimestampTz)
            .With(_failures, NpgsqlDbType.Bigint).With(_finishes, NpgsqlDbType.Bigint).With(Of(r => r.BoundUsd), NpgsqlDbType.Numeric)
            .ListAsync(static row => (Sequence: row.Int64(), Id: row.Uuid()), session.Cancellation).ConfigureAwait(false);
        return rows.ToDictionary(row => row.Id, row => row.Sequence);
    }
}

/// <summary>A call that was booked before.</summary>
internal readonly record struct BookedCall(long Sequence, Guid Id, long Scope, long Profile, DateTimeOffset AcceptedAt);
