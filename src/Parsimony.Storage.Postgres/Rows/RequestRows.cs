using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Reads rows of the view stored_requests.</summary>
internal static class RequestRows
{
    /// <summary>All rows a bound statement gives.</summary>
    internal static async Task<List<StoredRequest>> ListAsync(Session session, Command bound)
    {
        // Numbers become values after the reader is closed: they may have to be read, too.
        var read = await bound.ListAsync(Read, session.Cancellation).ConfigureAwait(false);
        var rows = new List<StoredRequest>(read.Count);
        foreach (var (request, numbers) in read)
        {
            rows.Add(await ResolveAsync(session, request, numbers).ConfigureAwait(false));
        }

        return rows;
    }

    internal static async Task<StoredRequest?> FirstAsync(Session session, Command bound)
    {
        var rows = await ListAsync(session, bound).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    internal static Task<List<StoredRequest>> LoadAsync(Session session, IReadOnlyCollection<long> sequences) =>
        ListAsync(session, session.Use("ReadRequests").With(sequences, NpgsqlDbType.Bigint));

    internal static Task<List<long>> ListNumbersAsync(Session session, Command bound) =>
        bound.ListAsync(static row => row.Int64(), session.Cancellation);

    private static (StoredRequest Request, Numbers Numbers) Read(Row row)
    {
        var sequence = row.Int64();
        var id = new RequestId(row.Uuid());
        var (scope, profile) = (row.Int64(), row.Int64());
        var (state, route) = ((RequestState)row.Small(), (Route)row.Small());
        var reason = row.Int64();
        var request = new StoredRequest
        {
            Sequence = sequence,
            Id = id,
            Scope = "",
            Profile = Unresolved,
            State = state,
            Route = route,
            Reason = "",
            Attempt = row.Int32(),
            Sends = row.Int32(),
            Uncertain = row.Int32(),
            Batch = row.Int64OrNull(),
            AcceptedAt = row.Time(),
            Deadline = row.TimeOrNull(),
            EscalateAt = row.TimeOrNull(),
            FinishedAt = row.TimeOrNull(),
        };
        var (failure, finish) = (row.Int64OrNull(), row.Int64OrNull());
        return (
            request with { BoundUsd = row.MoneyOrNull(), IsCancelRequested = row.Bool(), IsHeld = row.Bool() },
            new Numbers(scope, profile, reason, failure, finish));
    }

    private static readonly RequestProfile Unresolved = new()
    {
        Model = new ModelId(ProviderId.OpenAI, ""),
        Kind = EndpointKind.Chat,
        Dialect = Dialect.Canonical,
    };

    private static async ValueTask<StoredRequest> ResolveAsync(Session session, StoredRequest request, Numbers numbers)
    {
        var (database, dictionaries, cancellation) = (session.Database, session.Dictionaries, session.Cancellation);
        return request with
        {
            Scope = await dictionaries.ScopeAsync(database, numbers.Scope, cancellation).ConfigureAwait(false),
            Profile = await dictionaries.ProfileAsync(database, numbers.Profile, cancellation).ConfigureAwait(false),
            Reason = await dictionaries.PhraseAsync(database, numbers.Reason, cancellation).ConfigureAwait(false) ?? "",
            FailureCode = await dictionaries.PhraseAsync(database, numbers.Failure, cancellation).ConfigureAwait(false),
            FinishReason = await dictionaries.PhraseAsync(database, numbers.Finish, cancellation).ConfigureAwait(false),
        };
    }

    private readonly record struct Numbers(long Scope, long Profile, long Reason, long? Failure, long? Finish);
}
