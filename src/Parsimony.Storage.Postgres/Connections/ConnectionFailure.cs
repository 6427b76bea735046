using Npgsql;

namespace Parsimony.Storage.Postgres;

/// <summary>Ways in which a connection is lost.</summary>
internal static class ConnectionFailure
{
    /// <summary>Whether a connection that was open turned out to be gone: another may be fine.</summary>
    internal static bool IsStale(NpgsqlException exception) =>
        exception is PostgresException refused
            ? refused.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            : exception.InnerException is IOException;
}
