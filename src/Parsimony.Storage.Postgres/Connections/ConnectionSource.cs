using Npgsql;

namespace Parsimony.Storage.Postgres;

/// <summary>Makes the pool of connections that a connection string describes.</summary>
internal static class ConnectionSource
{
    // A verb's own, and those kept for what it needs aside and to listen.
    private const int FewestConnections = 5;

    internal static NpgsqlDataSource Create(string connectionString)
    {
        NpgsqlSlimDataSourceBuilder builder;
        try
        {
            builder = new NpgsqlSlimDataSourceBuilder(connectionString);
            builder.ConnectionStringBuilder.ApplicationName ??= "Parsimony";
            if (builder.ConnectionStringBuilder.MaxPoolSize < FewestConnections)
            {
                throw new PostgresStoreException($"Maximum Pool Size of the connection string must be at least {FewestConnections}.");
            }

            builder.EnableArrays();
            builder.EnableTransportSecurity();
            return builder.Build();
        }
        catch (ArgumentException exception)
        {
            throw new PostgresStoreException($"The connection string cannot be read: {exception.Message} Write it as Host=...;Username=...;Password=...;Database=...");
        }
    }
}
