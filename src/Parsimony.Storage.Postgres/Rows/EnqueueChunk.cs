using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Accepts one chunk of requests within a transaction.</summary>
internal sealed class EnqueueChunk
{
    private readonly IReadOnlyList<NewRequest> _requests;
    private readonly IReadOnlyList<int> _calls;
    private readonly Guid[] _identities;
    private readonly DateTimeOffset _now;
    private readonly long[] _scopes;
    private readonly long[] _profiles;
    private readonly long[] _reasons;

    private EnqueueChunk(IReadOnlyList<NewRequest> requests, IReadOnlyList<int> calls, DateTimeOffset now)
    {
        _requests = requests;
        _calls = calls;
        _now = now;
        (_scopes, _profiles, _reasons) = (new long[requests.Count], new long[requests.Count], new long[requests.Count]);
        var digests = RequestDigest.Of(requests);
        _identities = new Guid[requests.Count];
        for (var i = 0; i < _identities.Length; i++)
        {
            _identities[i] = new Guid(digests.AsSpan(i * RequestDigest.Length, RequestDigest.Length), bigEndian: true);
        }
    }

    /// <summary>Looks up, or adds, the numbers of what the requests name: before the transaction.</summary>
    /// <param name="database">The database.</param>
    /// <param name="requests">The requests of one or more calls.</param>
    /// <param name="calls">How many of them are each call's; budgets have room for a whole call or for none of it.</param>
    /// <param name="now">The instant of acceptance.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<EnqueueChunk> PrepareAsync(
        PostgresDatabase database, IReadOnlyList<NewRequest> requests, IReadOnlyList<int> calls, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var chunk = new EnqueueChunk(requests, calls, now);
        var dictionaries = database.Dictionaries;
        for (var i = 0; i < requests.Count; i++)
        {
            var (request, before) = (requests[i], i > 0 ? requests[i - 1] : null);
            chunk._scopes[i] = before is not null && string.Equals(request.Identity.Scope, before.Identity.Scope, StringComparison.Ordinal)
                ? chunk._scopes[i - 1]
                : await dictionaries.ScopeNumberAsync(database, request.Identity.Scope, now, cancellationToken).ConfigureAwait(false);
            chunk._profiles[i] = ReferenceEquals(request.Profile, before?.Profile)
                ? chunk._profiles[i - 1]
                : await dictionaries.ProfileNumberAsync(database, request.Profile, cancellationToken).ConfigureAwait(false);
            chunk._reasons[i] = ReferenceEquals(request.Reason, before?.Reason)
                ? chunk._reasons[i - 1]
                : await dictionaries.PhraseNumberAsync(database, request.Reason, cancellationToken).ConfigureAwait(false);
            if (request.Decision is { Context: var context } && !ReferenceEquals(context, before?.Decision?.Context))
            {
                await dictionaries.NoteContextAsync(database, context, now, cancellationToken).ConfigureAwait(false);
            }
        }

        return chunk;
    }

    /// <summary>Adds what is new and fits.</summary>
    /// <returns>What became of each request, and for each call the budget that refused it, if one did.</returns>
    internal async Task<(IReadOnlyList<EnqueuedRequest> Requests, BudgetRefusal?[] Refusals)> RunAsync(Session session)
    {
        // 1. Which are there already?
        var results = new EnqueuedRequest[_requests.Count];
        var isStored = await FindAsync(session, results).ConfigureAwait(false);
        if (!isStored.Contains(false))
        {
            return (results, new BudgetRefusal?[_calls.Count]);
        }

        // 2. Which are twice in the chunk, and which calls are there room for?
        var rows = await session.Use("ReadLimitedScopes").With(_scopes.Distinct().ToArray(), NpgsqlDbType.Bigint)
            .ListAsync(static row => (Version: row.Int64(), Scope: row.Int64OrNull()), session.Cancellation).ConfigureAwait(false);
        var limited = rows.Select(row => row.Scope).OfType<long>().ToHashSet();
        var budgets = await session.Dictionaries.Budgets.OfAsync(session, rows[0].Version).ConfigureAwait(false);
        var chosen = new EnqueueChoice<Guid>(_requests, _identities, isStored, _now);
        var gate = budgets.IsEmpty ? null : await OpenGateAsync(session, budgets, isStored).ConfigureAwait(false);
        var refusals = chosen.Take(_calls, gate);
        if (chosen.Added.Count > 0)
        {
            await AddAsync(session, chosen.Added, results, limited, budgets).ConfigureAwait(false);
        }

        foreach (var (index, original) in chosen.Duplicates)
        {
            results[index] = results[original] with { IsNew = false, IsConflict = RequestDigest.IsConflict(_requests[index].Identity, _requests[original].Identity.Fingerprint) };
        }

        return (results, refusals);
    }

    private async Task<bool[]> FindAsync(Session session, EnqueuedRequest[] results)
    {
        // Asked in key order, so that neighbours are on the same page of the index.
        var keys = (Guid[])_identities.Clone();
        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, order);
        var stored = await session.Use("FindIdentities").With(keys, NpgsqlDbType.Uuid).ListAsync(
            static row => (Place: row.Int32(), Id: new RequestId(row.Uuid()), Sequence: row.Int64(), State: (RequestState)row.Small(), Fingerprint: row.BytesOrNull()),
            session.Cancellation).ConfigureAwait(false);
        var isStored = new bool[keys.Length];
        foreach (var row in stored)
        {
            var index = order[row.Place];
            isStored[index] = true;
            var isConflict = row.Fingerprint is { } bytes && RequestDigest.IsConflict(_requests[index].Identity, RequestDigest.ReadFingerprint(bytes));
            results[index] = new EnqueuedRequest(row.Id, row.Sequence, row.State, IsNew: false, isConflict);
        }

        return isStored;
    }

    private async Task<BudgetGate> OpenGateAsync(Session session, BudgetBook budgets, bool[] isStored)
    {
        var profiles = _requests.Where((_, index) => !isStored[index]).Select(request => request.Profile).Distinct();
        var gate = new BudgetGate(budgets);
        foreach (var (key, amounts) in await BudgetRows.LockAsync(
            session, profiles.SelectMany(profile => budgets.KeysOf(profile, _now)).Select(key => key.Key)).ConfigureAwait(false))
        {
            gate.Note(key, amounts);
        }

        return gate;
    }

    private async Task AddAsync(Session session, List<int> added, EnqueuedRequest[] results, HashSet<long> limited, BudgetBook budgets)
    {
        // 3. Bodies that will be sent together are packed together, and compressed beside all that follows.
        var packing = added.OrderBy(i => _requests[i].PrefixKey).ThenBy(i => i).ToArray();
        var packer = new PagePacker(Array.ConvertAll(packing, i => _requests[i].Body));
        var pages = new Guid[packer.Count];
        for (var i = 0; i < pages.Length; i++)
        {
            pages[i] = session.Database.Ids.Next();
        }

        var places = new (Guid Page, int Slot)[_requests.Count];
        for (var i = 0; i < packing.Length; i++)
        {
            var (page, slot) = packer.Places[i];
            places[packing[i]] = (pages[page], slot);
        }

        await session.Database.Months.EnsureAsync(session.Database, pages, session.Cancellation).ConfigureAwait(false);
        var sequences = await RequestRows.ListNumbersAsync(session, session.Use("ReserveRequests").With(added.Count)).ConfigureAwait(false);

        // 4. Pages and decisions before batches are locked: nobody waits for them.
        await PageRows.WriteAsync(session, packer, pages, isAnswer: false, sequences[0], sequences[^1], _now).ConfigureAwait(false);
        await AddDecisionsAsync(session, added, sequences).ConfigureAwait(false);

        // 5. The rows, in the order they were given.
        var rows = new List<NewRow>(added.Count);
        var batches = new FillingBatches(session, _now);
        await batches.LockAsync(Lanes(added, limited)).ConfigureAwait(false);
        var scopes = new ScopeDeltas();
        var reserves = new BudgetDeltas { Book = budgets };
        for (var i = 0; i < added.Count; i++)
        {
            var index = added[i];
            var request = _requests[index];
            var isLimited = limited.Contains(_scopes[index]);
            long? batch = !isLimited && request is { Route: Route.Batch, Lane: { } lane }
                ? await batches.AddAsync(
                    request.Profile, lane, _scopes[index], sequences[i], request.LineBytes, request.TokenBound, request.EscalateAt).ConfigureAwait(false)
                : null;
            var row = new NewRow(
                request, _identities[index], sequences[i], _scopes[index], _profiles[index], _reasons[index], batch, places[index].Page, places[index].Slot, isLimited);
            rows.Add(row);
            scopes.Accepted(row.Scope, isLimited, request.BoundUsd);
            reserves.Reserve(row.Profile, _now, request.BoundUsd);
            results[index] = new EnqueuedRequest(request.Id, row.Sequence, row.State, IsNew: true, IsConflict: false);
        }

        await NewRows.WriteAsync(session, rows, _now).ConfigureAwait(false);
        await batches.SaveAsync().ConfigureAwait(false);
        await ScopeRows.AddAsync(session, scopes).ConfigureAwait(false);
        await BudgetRows.AddAsync(session, reserves).ConfigureAwait(false);
        await session.Use("Notify").With("work").RunAsync(session.Cancellation).ConfigureAwait(false);
    }

    private Task AddDecisionsAsync(Session session, List<int> added, List<long> sequences)
    {
        var decisions = new DecisionRuns();
        for (var i = 0; i < added.Count; i++)
        {
            decisions.Add(sequences[i], _requests[added[i]], _reasons[added[i]]);
        }

        return DecisionRows.AddAsync(session, decisions, _now);
    }

    private HashSet<LaneKey> Lanes(List<int> added, HashSet<long> limited)
    {
        var lanes = new HashSet<LaneKey>();
        (RequestProfile? Profile, LaneLimits? Lane) last = default;
        foreach (var index in added)
        {
            var request = _requests[index];
            if (request is { Route: Route.Batch, Lane: { } lane } && !limited.Contains(_scopes[index])
                && !(ReferenceEquals(last.Profile, request.Profile) && ReferenceEquals(last.Lane, lane)))
            {
                lanes.Add(LaneKey.Of(request.Profile, lane));
                last = (request.Profile, lane);
            }
        }

        return lanes;
    }
}
