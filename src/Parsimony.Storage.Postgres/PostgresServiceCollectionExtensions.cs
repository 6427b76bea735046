using Parsimony.Engine;
using Parsimony.Storage.Postgres;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps an application's requests in PostgreSQL.</summary>
public static class PostgresServiceCollectionExtensions
{
    /// <summary>Keeps requests, answers and the ledger in PostgreSQL; connected when the engine is first asked for, closed with the container.</summary>
    /// <param name="builder">From <c>AddParsimony</c>.</param>
    /// <param name="connectionString">As Npgsql reads it; <c>Search Path</c> names the schema. Several nodes may name the same database.</param>
    /// <param name="options">How the store behaves; null for the defaults.</param>
    /// <exception cref="ArgumentException">The connection string is empty. A server that cannot be used is told when the engine starts, as a <see cref="PostgresStoreException"/>.</exception>
    public static ParsimonyBuilder UsePostgres(this ParsimonyBuilder builder, string connectionString, PostgresStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        // A container makes its services synchronously; on a thread of its own nobody's context is waited for.
        builder.Services.AddSingleton<IEngineStore>(
            services => Task.Run(() => PostgresEngineStore.OpenAsync(connectionString, options, services.GetService<TimeProvider>())).GetAwaiter().GetResult());
        return builder;
    }
}
