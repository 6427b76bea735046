using System.Net.Sockets;
using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>The database cannot be reached, read or written; the message says what to do about it, and never holds the password.</summary>
public sealed class PostgresStoreException : Exception, IStoreFailure
{
    /// <summary>A failure with what to do about it.</summary>
    public PostgresStoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The server's five-letter code (https://www.postgresql.org/docs/15/errcodes-appendix.html); null when the server was not reached.</summary>
    public string? SqlState { get; private init; }

    /// <summary>Whether the same call may succeed later: the server is starting, stopping, busy or out of space, or cannot be reached. What was accepted before is kept.</summary>
    public bool IsTransient { get; private init; }

    internal static PostgresStoreException Of(NpgsqlException exception, NpgsqlDataSource source)
    {
        var connection = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        var place = $"PostgreSQL at {connection.Host}:{connection.Port}, database '{connection.Database}'";
        if (exception is not PostgresException refused)
        {
            return new PostgresStoreException(
                $"{place}: {(exception.InnerException is SocketException or IOException or TimeoutException ? exception.InnerException.Message : exception.Message).TrimEnd('.')}. "
                + "Check that the server runs and that host and port are right; what was accepted before is kept, and work goes on when it can be reached.",
                exception)
            {
                IsTransient = true,
            };
        }

        var advice = refused.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"Check user name ('{connection.Username}') and password of the connection string, and the server's pg_hba.conf.",
            PostgresErrorCodes.InvalidCatalogName => "Create the database (createdb), or name another in the connection string.",
            PostgresErrorCodes.InvalidSchemaName => "Create the schema that Search Path of the connection string names (CREATE SCHEMA), or name another.",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"Grant user '{connection.Username}' the right: it must own the schema it works in, or have CREATE and USAGE on it and all rights on its tables and sequences.",
            PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory => "The server is out of space. Free some; what was accepted before is kept.",
            PostgresErrorCodes.TooManyConnections => "Raise max_connections, lower Maximum Pool Size in the connection string, or put a pooler in between.",
            PostgresErrorCodes.ReadOnlySqlTransaction => "This is a replica. Name the primary (Target Session Attributes=read-write).",
            PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
                "It is starting or stopping; work goes on when it is back.",
            _ => "",
        };
        return new PostgresStoreException($"{place}: {refused.MessageText} (SQLSTATE {refused.SqlState}). {advice}".TrimEnd(), exception)
        {
            SqlState = refused.SqlState,
            IsTransient = refused.IsTransient || refused.SqlState == PostgresErrorCodes.DiskFull,
        };
    }
}
