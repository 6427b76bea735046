using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteRequestStore(SqliteDatabase database, IdSource ids) : IRequestStore
{
    private const int MostPerChunk = 10_000;
    private const int AdmittedPerTransaction = 5_000;

    private readonly SendClaim _sends = new(database, new SendTurns());

    public Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(
        IReadOnlyList<NewRequest> requests, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(requests.Count, MostPerChunk);
        if (requests.Count == 0)
        {
            return Task.FromResult<IReadOnlyList<EnqueuedRequest>>([]);
        }

        return EnqueueChunkAsync(requests, now, cancellationToken);
    }

    public async Task<(int Admitted, long Held)> AdmitAsync(
        string scope, LaneLimitsSource lanes, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var total = 0;
        while (true)
        {
            // Many transactions when there are many: each leaves the totals right, and others get their turn.
            var (admitted, held) = await database.WriteAsync(
                Durability.Process,
                connection => new AdmissionChunk(connection, database.Dictionaries, ids, now).Run(scope, lanes, AdmittedPerTransaction),
                cancellationToken).ConfigureAwait(false);
            total += admitted;
            if (admitted < AdmittedPerTransaction)
            {
                return (total, held);
            }
        }
    }

    public Task<StoredRequest?> FindAsync(RequestId id, CancellationToken cancellationToken = default) => database.ReadAsync(
        connection =>
        {
            using var row = connection.Use("FindRequest").WithId(id);
            return row.Step() ? RequestRows.Read(row, connection, database.Dictionaries) : null;
        },
        cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> LoadAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<StoredRequest>>(
            connection => RequestRows.Load(connection, database.Dictionaries, sequences), cancellationToken);

    public async Task<Envelope?> ReadEnvelopeAsync(long sequence, CancellationToken cancellationToken = default)
    {
        var (page, slot, profile) = await database.ReadAsync(
            connection =>
            {
                using var row = connection.Use("ReadBodyPlace").With(sequence);
                return row.Step()
                    ? (row.Int64(), row.Int32(), database.Dictionaries.Profile(connection, row.Int64()))
                    : (0, 0, null);
            },
            cancellationToken).ConfigureAwait(false);
        return profile is not null && await database.Payloads.ReadAsync(page, slot, cancellationToken).ConfigureAwait(false) is { } body
            ? EnvelopeOf(profile, body)
            : null;
    }

    public async Task<ReadOnlyMemory<byte>?> ReadAnswerAsync(long sequence, CancellationToken cancellationToken = default)
    {
        var place = await database.ReadAsync<(long Page, int Slot)?>(
            connection =>
            {
                using var row = connection.Use("ReadAnswerPlace").With(sequence);
                return row.Step() ? (row.Int64(), row.Int32()) : null;
            },
            cancellationToken).ConfigureAwait(false);
        return place is var (page, slot) ? await database.Payloads.ReadAsync(page, slot, cancellationToken).ConfigureAwait(false) : null;
    }

    public Task<StoredDecision?> ReadDecisionAsync(long sequence, CancellationToken cancellationToken = default) =>
        database.ReadAsync(connection => DecisionRows.Read(connection, database.Dictionaries, sequence), cancellationToken);

    public Task<IReadOnlyList<(RequestId Id, RequestState State)>> ReadStatesAsync(
        IReadOnlyList<RequestId> ids, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<(RequestId Id, RequestState State)>>(
            connection =>
            {
                var states = new List<(RequestId Id, RequestState State)>(ids.Count);
                foreach (var id in ids)
                {
                    using var row = connection.Use("FindState").WithId(id);
                    if (row.Step())
                    {
                        states.Add((id, (RequestState)row.Int32()));
                    }
                }

                return states;
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ClaimForSendAsync(
        Lease lease, int max, DateTimeOffset now, SendSource? sends = null, CancellationToken cancellationToken = default) =>
        database.WriteAsync<IReadOnlyList<StoredRequest>>(
            Durability.Power,
            connection => Claim(connection, _sends.Choose(connection, max, now, sends), "ClaimForSend", lease),
            cancellationToken);

    public Task<IReadOnlyList<StoredRequest>> ClaimStaleSendsAsync(Lease lease, int max, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync<IReadOnlyList<StoredRequest>>(
            Durability.Process,
            connection => Claim(connection, RequestRows.ReadNumbers(connection.Use("ReadStaleSends").With(now).With(max)), "ClaimStaleSend", lease),
            cancellationToken);

    public Task<(int Cancelled, int Marked)> CancelAsync(
        string scope, IReadOnlyList<RequestId>? ids, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Process,
            connection => new Cancellation(connection, database.Dictionaries, now).Run(scope, ids),
            cancellationToken);

    public async Task<int> RetryAsync(string scope, IReadOnlyList<RequestId>? ids, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var (retried, refusal) = await database.WriteAsync(
            Durability.Process, connection => Retry(connection, scope, ids, now), cancellationToken).ConfigureAwait(false);
        return refusal is null ? retried : throw new BudgetExceededException(refusal);
    }

    internal static Envelope EnvelopeOf(RequestProfile profile, ReadOnlyMemory<byte> body) =>
        new() { Kind = profile.Kind, Dialect = profile.Dialect, Model = profile.Model, Bytes = body };

    private async Task<IReadOnlyList<EnqueuedRequest>> EnqueueChunkAsync(IReadOnlyList<NewRequest> requests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var chunk = new EnqueueChunk(requests, RequestDigest.Of(requests), database.Dictionaries, ids, now);
        var accepted = await database.WriteAsync(Durability.Process, chunk.Run, cancellationToken).ConfigureAwait(false);
        return chunk.Refusal is { } refusal ? throw new BudgetExceededException(refusal) : accepted;
    }

    private (int Retried, BudgetRefusal? Refusal) Retry(Connection connection, string scope, IReadOnlyList<RequestId>? ids, DateTimeOffset now)
    {
        if (database.Dictionaries.FindScope(connection, scope) is not { } number)
        {
            return (0, null);
        }

        var mover = new RequestMover(connection, database.Dictionaries, now);
        var sequences = ids is null
            ? RequestRows.ReadNumbers(connection.Use("ReadRetryable").With(number))
            : Cancellation.FindAll(connection, number, ids);
        var requests = sequences.Select(mover.Find).OfType<MovingRequest>().Where(request => CancelRule.IsRetryable(request)).ToList();
        if (mover.Refuse(requests) is { } refusal)
        {
            return (0, refusal);
        }

        foreach (var request in requests)
        {
            mover.Retry(request);
        }

        mover.Save();
        return (requests.Count, null);
    }

    private List<StoredRequest> Claim(Connection connection, List<long> sequences, string verb, Lease lease)
    {
        foreach (var sequence in sequences)
        {
            connection.Use(verb).With(lease.Owner).With(lease.Until).With(sequence).Run();
        }

        return RequestRows.Load(connection, database.Dictionaries, sequences);
    }
}
