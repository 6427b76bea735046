using Npgsql;
using Parsimony.Postgres.Server;

namespace Parsimony.Bench;

/// <summary>A PostgreSQL server as it comes: nothing is tuned, and commits reach the disk.</summary>
internal static class BenchServer
{
    public static async Task<PrivateServer> StartAsync() =>
        await PrivateServer.TryStartAsync(isDurable: true) ?? throw new InvalidOperationException(PrivateServer.Missing);

    /// <summary>The numbers of a statement's one row.</summary>
    public static async Task<double[]> ReadAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetDouble)];
    }
}
