using Parsimony.Engine;
using Parsimony.Storage.Postgres;
using Parsimony.Storage.Sqlite;

namespace Parsimony.Cli;

/// <summary>Opens the store that a command names: a SQLite file, or a PostgreSQL database by its connection string.</summary>
internal static class StoreOpener
{
    /// <summary>Opens it, bringing its schema up to date.</summary>
    /// <exception cref="UserException">It cannot be opened.</exception>
    public static async Task<IEngineStore> OpenAsync(
        string? option, PayloadProtection? protection, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return IsConnectionString(option ?? Environment.GetEnvironmentVariable("PARSIMONY_STORE"), out var connection)
                ? await PostgresEngineStore.OpenAsync(connection, new PostgresStoreOptions { Protection = protection }, clock, cancellationToken).ConfigureAwait(false)
                : await SqliteEngineStore.OpenAsync(
                    StorePath.Resolve(option), new SqliteStoreOptions { Protection = protection }, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SqliteStoreException or PostgresStoreException)
        {
            throw new UserException(exception.Message);
        }
    }

    /// <summary>Whether a name of a store is no file.</summary>
    private static bool IsConnectionString(string? text, out string connection)
    {
        connection = text ?? "";
        return connection.Split(';').Any(part => part.TrimStart().StartsWith("Host=", StringComparison.OrdinalIgnoreCase));
    }
}
