using System.Buffers.Binary;
using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>Accepts one chunk of requests within a transaction.</summary>
internal sealed class EnqueueChunk(
    IReadOnlyList<NewRequest> requests, byte[] digests, Dictionaries dictionaries, IdSource ids, DateTimeOffset now)
{
    // Moving this many identities to the large tree at once writes each of its pages about once.
    private const long MostRecent = 65_536;

    private readonly EnqueuedRequest[] _results = new EnqueuedRequest[requests.Count];
    private readonly int[] _order = new int[requests.Count];
    private readonly bool[] _isNew = new bool[requests.Count];

    /// <summary>The budget that had no room for what is new; then nothing was added.</summary>
    internal BudgetRefusal? Refusal { get; private set; }

    internal IReadOnlyList<EnqueuedRequest> Run(Connection connection)
    {
        // 1. Which are there already? Asked in key order, so that neighbours are on the same page.
        SortByDigest();
        var added = FindExisting(connection);
        if (added.Count == 0)
        {
            return _results;
        }

        // 2. Is there room for them?
        var duplicates = DuplicatesInChunk();
        var reserves = new BudgetDeltas { Book = dictionaries.Budgets(connection) };
        if (!reserves.Book.IsEmpty && !Fits(connection, reserves.Book, added, duplicates))
        {
            return _results;
        }

        // 3. Bodies that will be sent together are packed together, and compressed beside the inserts.
        added.Sort();
        var packing = added.OrderBy(i => requests[i].PrefixKey).ThenBy(i => i).ToArray();
        var pages = new PayloadPages(connection, Array.ConvertAll(packing, i => requests[i].Body));
        var places = new (long Page, int Slot)[requests.Count];
        for (var i = 0; i < packing.Length; i++)
        {
            places[packing[i]] = pages.PlaceOf(i);
        }

        // 4. The rows, in the order they were given.
        var first = LastSequence(connection) + 1;
        AddRows(connection, added, duplicates, first, places, reserves);
        pages.Write(connection, isAnswer: false, first, first + added.Count - 1, now);
        AddIdentities(connection, first + added.Count - 1);
        return _results;
    }

    private static long LastSequence(Connection connection)
    {
        using var last = connection.Use("ReadLastSequence");
        return last.Step() ? last.Int64OrNull() ?? 0 : 0;
    }

    private ReadOnlySpan<byte> Digest(int index) => digests.AsSpan(index * RequestDigest.Length, RequestDigest.Length);

    private long Hash(int index) => BinaryPrimitives.ReadInt64BigEndian(Digest(index));

    private void SortByDigest()
    {
        var keys = new long[_order.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = Hash(i);
            _order[i] = i;
        }

        Array.Sort(keys, _order);
        // Equal ones in the order they were given: the first of them is the new one.
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }

            Array.Sort(_order, start, end - start);
            start = end;
        }
    }

    private List<int> FindExisting(Connection connection)
    {
        var added = new List<int>(requests.Count);
        for (var i = 0; i < _order.Length; i++)
        {
            var index = _order[i];
            if (!FindStored(connection, index))
            {
                _isNew[index] = true;
                added.Add(index);
            }
        }

        return added;
    }

    private bool FindStored(Connection connection, int index)
    {
        using var candidates = connection.Use("FindIdentity").With(Hash(index));
        while (candidates.Step())
        {
            using var row = connection.Use("ReadIdentity").With(candidates.Int64());
            if (row.Step() && row.Bytes().SequenceEqual(Digest(index)))
            {
                var stored = row.Bytes();
                var isConflict = !stored.IsEmpty && RequestDigest.IsConflict(requests[index].Identity, RequestDigest.ReadFingerprint(stored));
                _results[index] = new EnqueuedRequest(RequestRows.ReadId(row), row.Int64(), (RequestState)row.Int32(), IsNew: false, isConflict);
                return true;
            }
        }

        return false;
    }

    private void AddRows(
        Connection connection, List<int> added, Dictionary<int, int>? duplicateOf, long first, (long Page, int Slot)[] places, BudgetDeltas reserves)
    {
        var batches = new FillingBatches(connection, ids, now);
        var scopes = new ScopeDeltas();
        var decisions = new DecisionRuns();
        string? scopeName = null, reasonText = null;
        RequestProfile? profile = null;
        long scope = 0, reason = 0, profileNumber = 0;
        var isLimited = false;
        Span<byte> fingerprint = stackalloc byte[RequestDigest.FingerprintLength];
        var sequence = first - 1;
        foreach (var index in added)
        {
            var request = requests[index];
            if (duplicateOf is not null && duplicateOf.TryGetValue(index, out var original))
            {
                var there = _results[original];
                _results[index] = there with { IsNew = false, IsConflict = RequestDigest.IsConflict(request.Identity, requests[original].Identity.Fingerprint) };
                _isNew[index] = false;
                continue;
            }

            if (!string.Equals(scopeName, request.Identity.Scope, StringComparison.Ordinal))
            {
                scopeName = request.Identity.Scope;
                scope = dictionaries.ScopeNumber(connection, scopeName, now);
                using var row = connection.Use("ReadScopeLimit").With(scope);
                isLimited = row.Step() && !row.IsNull();
            }

            if (!ReferenceEquals(profile, request.Profile))
            {
                profile = request.Profile;
                profileNumber = dictionaries.ProfileNumber(connection, profile);
            }

            if (!string.Equals(reasonText, request.Reason, StringComparison.Ordinal))
            {
                reasonText = request.Reason;
                reason = dictionaries.PhraseNumber(connection, reasonText);
            }

            sequence++;
            long? batch = !isLimited && request.Route == Route.Batch && request.Lane is { } lane
                ? batches.Add(profile, lane, scope, sequence, request.LineBytes, request.TokenBound, request.EscalateAt)
                : null;
            var state = batch is null ? RequestState.Queued : RequestState.Batched;
            var add = connection.Use("AddRequest").With(sequence).WithId(request.Id).With(Digest(index));
            if (request.Identity.CallerKey is not null)
            {
                RequestDigest.WriteFingerprint(request.Identity.Fingerprint, fingerprint);
                add.With(fingerprint);
            }
            else
            {
                add.WithNull();
            }

            add.With(scope).With(profileNumber).With((long)state).With(isLimited).With((long)request.Route).With(reason)
                .With(batch is null ? 0 : 1).With(batch).With(places[index].Page).With(places[index].Slot)
                .With(now).With(request.Deadline).With(request.EscalateAt).With(request.BoundUsd)
                .With(unchecked((long)request.PrefixKey))
                .With(isLimited ? request.LineBytes : null).With(isLimited ? request.TokenBound : null)
                .Run();
            decisions.Add(sequence, request, reason);
            scopes.Accepted(scope, isLimited, request.BoundUsd);
            reserves.Reserve(profileNumber, now, request.BoundUsd);
            _results[index] = new EnqueuedRequest(request.Id, sequence, state, IsNew: true, IsConflict: false);
        }

        batches.Save();
        ScopeRows.Add(connection, scopes);
        BudgetRows.Add(connection, dictionaries, reserves);
        DecisionRows.Add(connection, decisions, now);
    }

    private bool Fits(Connection connection, BudgetBook book, List<int> added, Dictionary<int, int>? duplicates)
    {
        var demands = BudgetGate.DemandsOf(
            added.Where(index => duplicates?.ContainsKey(index) != true).Select(index => (requests[index].Profile, requests[index].BoundUsd)), now);
        var keys = demands.Select(demand => demand.Profile).Distinct().SelectMany(profile => book.KeysOf(profile, now)).Select(key => key.Key);
        Refusal = BudgetRows.Gate(connection, book, keys).Take(demands);
        return Refusal is null;
    }

    // Rare, so looked for only where two neighbours in digest order are equal.
    private Dictionary<int, int>? DuplicatesInChunk()
    {
        Dictionary<int, int>? duplicates = null;
        for (var i = 1; i < _order.Length; i++)
        {
            var (before, index) = (_order[i - 1], _order[i]);
            if (_isNew[index] && _isNew[before] && Digest(before).SequenceEqual(Digest(index)))
            {
                duplicates ??= [];
                duplicates[index] = duplicates.GetValueOrDefault(before, before);
            }
        }

        return duplicates;
    }

    private void AddIdentities(Connection connection, long last)
    {
        foreach (var index in _order)
        {
            if (_isNew[index])
            {
                connection.Use("AddIdentity").With(Hash(index)).With(_results[index].Sequence).Run();
            }
        }

        using (var counter = connection.Use("ReadCounter").With("identities_merged_to"))
        {
            if (!counter.Step() || last - counter.Int64() < MostRecent)
            {
                return;
            }
        }

        connection.Use("MergeIdentities").Run();
        connection.Use("ClearRecentIdentities").Run();
        connection.Use("SetCounter").With(last).With("identities_merged_to").Run();
    }
}
