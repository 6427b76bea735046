using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Writes scopes' totals.</summary>
internal static class ScopeRows
{
    /// <summary>Adds what a transaction changed, scopes in the order of their numbers; one statement.</summary>
    internal static async Task AddAsync(Session session, ScopeDeltas deltas)
    {
        var all = deltas.Take();
        if (all.Count == 0)
        {
            return;
        }

        await session.Use("AddToScope")
            .With(all.ConvertAll(d => d.Scope), NpgsqlDbType.Bigint)
            .With(all.ConvertAll(d => d.Delta.Total), NpgsqlDbType.Bigint)
            .With(all.ConvertAll(d => d.Delta.Answered), NpgsqlDbType.Bigint)
            .With(all.ConvertAll(d => d.Delta.Failed), NpgsqlDbType.Bigint)
            .With(all.ConvertAll(d => d.Delta.Expired), NpgsqlDbType.Bigint)
            .With(all.ConvertAll(d => d.Delta.Cancelled), NpgsqlDbType.Bigint)
            .With(all.ConvertAll(d => d.Delta.Held), NpgsqlDbType.Bigint)
            .With(all.ConvertAll(d => d.Delta.Spent), NpgsqlDbType.Numeric)
            .With(all.ConvertAll(d => d.Delta.UnknownBound), NpgsqlDbType.Numeric)
            .With(all.ConvertAll(d => d.Delta.Reserved), NpgsqlDbType.Numeric)
            .RunAsync(session.Cancellation).ConfigureAwait(false);
    }
}
