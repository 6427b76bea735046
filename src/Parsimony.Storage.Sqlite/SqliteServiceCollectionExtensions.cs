using Parsimony.Engine;
using Parsimony.Storage.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps an application's requests in SQLite.</summary>
public static class SqliteServiceCollectionExtensions
{
    /// <summary>Keeps requests, answers and the ledger in one SQLite file; opened when the engine is first asked for, closed with the container.</summary>
    /// <param name="builder">From <c>AddParsimony</c>.</param>
    /// <param name="path">A file on a local disk; created with its folder when missing. Several processes may name the same file.</param>
    /// <param name="options">How the store behaves; null for the defaults.</param>
    /// <exception cref="ArgumentException">The path is empty. A file that cannot be opened is told when the engine starts, as a <see cref="SqliteStoreException"/>.</exception>
    public static ParsimonyBuilder UseSqlite(this ParsimonyBuilder builder, string path, SqliteStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        // Opening does no asynchronous work: SQLite has none.
        builder.Services.AddSingleton<IEngineStore>(
            services => SqliteEngineStore.OpenAsync(path, options, services.GetService<TimeProvider>()).GetAwaiter().GetResult());
        return builder;
    }
}
