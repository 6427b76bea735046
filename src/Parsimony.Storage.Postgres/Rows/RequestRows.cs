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
        var read = await bound.ListAsync(RequestColumns.Read, session.Cancellation).ConfigureAwait(false);
        var rows = new List<StoredRequest>(read.Count);
        foreach (var row in read)
        {
            rows.Add(await ResolveAsync(session, row).ConfigureAwait(false));
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

    private static async ValueTask<StoredRequest> ResolveAsync(Session session, RequestColumns row)
    {
        var (database, dictionaries, cancellation) = (session.Database, session.Dictionaries, session.Cancellation);
        return row.Resolve(
            await dictionaries.ScopeAsync(database, row.Scope, cancellation).ConfigureAwait(false),
            await dictionaries.ProfileAsync(database, row.Profile, cancellation).ConfigureAwait(false),
            await dictionaries.PhraseAsync(database, row.Reason, cancellation).ConfigureAwait(false),
            await dictionaries.PhraseAsync(database, row.Failure, cancellation).ConfigureAwait(false),
            await dictionaries.PhraseAsync(database, row.Finish, cancellation).ConfigureAwait(false));
    }
}
