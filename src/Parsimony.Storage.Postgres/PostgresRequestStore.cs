using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresRequestStore(PostgresDatabase database) : IRequestStore
{
    private const int MostPerChunk = 10_000;
    private const int MovedPerTransaction = 5_000;

    private readonly EnqueueGroups _groups = new(database);
    private readonly SendClaim _sends = new(new SendTurns());

    public Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(
        IReadOnlyList<NewRequest> requests, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(requests.Count, MostPerChunk);
        return requests.Count == 0
            ? Task.FromResult<IReadOnlyList<EnqueuedRequest>>([])
            : _groups.EnqueueAsync(requests, now, cancellationToken);
    }

    public async Task<(int Admitted, long Held)> AdmitAsync(
        string scope, LaneLimitsSource lanes, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        if (await database.Dictionaries.FindScopeAsync(database, scope, cancellationToken).ConfigureAwait(false) is not { } number)
        {
            return (0, 0);
        }

        var total = 0;
        while (true)
        {
            // Many transactions when there are many: each leaves the totals right, and others get their turn.
            var (admitted, held) = await database.WriteAsync(
                Durability.Server,
                session => new AdmissionChunk(session, now).RunAsync(number, lanes, MovedPerTransaction),
                cancellationToken).ConfigureAwait(false);
            total += admitted;
            if (admitted < MovedPerTransaction)
            {
                return (total, held);
            }
        }
    }

    public Task<StoredRequest?> FindAsync(RequestId id, CancellationToken cancellationToken = default) => database.ReadAsync(
        session => RequestRows.FirstAsync(session, session.Use("FindRequest").With(id.Value)), cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> LoadAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<StoredRequest>>(
            async session => await RequestRows.LoadAsync(session, sequences).ConfigureAwait(false), cancellationToken);

    public async Task<Envelope?> ReadEnvelopeAsync(long sequence, CancellationToken cancellationToken = default)
    {
        var place = await database.ReadAsync(
            session => session.Use("ReadBodyPlace").With(sequence).FirstAsync<(Guid Page, int Slot, long Profile)?>(
                static row => row.UuidOrNull() is { } page ? (page, row.Int32(), row.Int64()) : null, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (place is not var (number, slot, profile) || await database.Payloads.ReadAsync(number, slot, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return null;
        }

        return EnvelopeOf(await database.Dictionaries.ProfileAsync(database, profile, cancellationToken).ConfigureAwait(false), body);
    }

    public async Task<ReadOnlyMemory<byte>?> ReadAnswerAsync(long sequence, CancellationToken cancellationToken = default)
    {
        var place = await database.ReadAsync(
            session => session.Use("ReadAnswerPlace").With(sequence).FirstAsync<(Guid Page, int Slot)?>(
                static row => (row.Uuid(), row.Int32()), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return place is var (page, slot) ? await database.Payloads.ReadAsync(page, slot, cancellationToken).ConfigureAwait(false) : null;
    }

    public Task<StoredDecision?> ReadDecisionAsync(long sequence, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => DecisionRows.ReadAsync(session, sequence), cancellationToken);

    public Task<IReadOnlyList<(RequestId Id, RequestState State)>> ReadStatesAsync(
        IReadOnlyList<RequestId> ids, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<(RequestId Id, RequestState State)>>(
            async session => await session.Use("FindStates").With(Values(ids), NpgsqlDbType.Uuid)
                .ListAsync(static row => (new RequestId(row.Uuid()), (RequestState)row.Small()), cancellationToken).ConfigureAwait(false),
            cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ClaimForSendAsync(
        Lease lease, int max, DateTimeOffset now, SendSource? sends = null, CancellationToken cancellationToken = default) =>
        database.WriteAsync<IReadOnlyList<StoredRequest>>(
            Durability.Disk,
            async session => await _sends.ChooseAsync(session, max, now, sends).ConfigureAwait(false) is { Count: > 0 } chosen
                ? await RequestRows.ListAsync(session, session.UseLease("ClaimForSend", lease, now).With(chosen, NpgsqlDbType.Bigint)).ConfigureAwait(false)
                : [],
            cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ClaimStaleSendsAsync(Lease lease, int max, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync<IReadOnlyList<StoredRequest>>(
            Durability.Server,
            async session => await RequestRows.ListAsync(
                session,
                session.Use("ClaimStaleSends").With(session.LeaseNow).With(max).With(lease.Owner).With(session.Length(lease.Until - now))).ConfigureAwait(false),
            cancellationToken);

    public async Task<(int Cancelled, int Marked)> CancelAsync(
        string scope, IReadOnlyList<RequestId>? ids, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var (cancelled, marked) = (0, 0);
        foreach (var part in await FindAsync(scope, ids, "ReadCancellable", cancellationToken).ConfigureAwait(false))
        {
            var (ended, noted) = await database.WriteAsync(
                Durability.Server, session => new Cancellation(session, now).RunAsync(part), cancellationToken).ConfigureAwait(false);
            (cancelled, marked) = (cancelled + ended, marked + noted);
        }

        return (cancelled, marked);
    }

    public async Task<int> RetryAsync(string scope, IReadOnlyList<RequestId>? ids, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var retried = 0;
        foreach (var part in await FindAsync(scope, ids, "ReadRetryable", cancellationToken).ConfigureAwait(false))
        {
            var (count, refusal) = await database.WriteAsync(Durability.Server, session => RetryAsync(session, part, now), cancellationToken).ConfigureAwait(false);
            retried += refusal is null ? count : throw new BudgetExceededException(refusal);
        }

        return retried;
    }

    internal static Envelope EnvelopeOf(RequestProfile profile, ReadOnlyMemory<byte> body) =>
        new() { Kind = profile.Kind, Dialect = profile.Dialect, Model = profile.Model, Bytes = body };

    private static async Task<(int Retried, BudgetRefusal? Refusal)> RetryAsync(Session session, long[] sequences, DateTimeOffset now)
    {
        var mover = new RequestMover(session, now);
        var requests = (await mover.LockAsync(sequences).ConfigureAwait(false)).FindAll(request => CancelRule.IsRetryable(request));
        if (await mover.RefuseAsync(requests).ConfigureAwait(false) is { } refusal)
        {
            return (0, refusal);
        }

        foreach (var request in requests)
        {
            mover.Retry(request);
        }

        await mover.SaveAsync().ConfigureAwait(false);
        if (requests.Count > 0)
        {
            await session.Use("Notify").With("work").RunAsync(session.Cancellation).ConfigureAwait(false);
        }

        return (requests.Count, null);
    }

    private static Guid[] Values(IReadOnlyList<RequestId> ids) => [.. ids.Select(id => id.Value)];

    // Row numbers, in portions of one transaction each: a scope may hold millions.
    private async Task<IEnumerable<long[]>> FindAsync(string scope, IReadOnlyList<RequestId>? ids, string verb, CancellationToken cancellationToken)
    {
        if (await database.Dictionaries.FindScopeAsync(database, scope, cancellationToken).ConfigureAwait(false) is not { } number)
        {
            return [];
        }

        var found = await database.ReadAsync(
            session => RequestRows.ListNumbersAsync(
                session, ids is null ? session.Use(verb).With(number) : session.Use("FindInScope").With(Values(ids), NpgsqlDbType.Uuid).With(number)),
            cancellationToken).ConfigureAwait(false);
        return found.Chunk(MovedPerTransaction);
    }
}
