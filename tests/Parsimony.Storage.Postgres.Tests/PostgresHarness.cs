using Parsimony.Engine;
using Parsimony.Testing;

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>A database of its own, in a schema of its own.</summary>
internal sealed class PostgresHarness(PostgresServer server, PayloadProtection? protection = null) : IStoreHarness
{
    private string? _connectionString;

    internal CallersClock Clock { get; } = new();

    public async Task<IEngineStore> OpenAsync() => Clock.Around(await OpenPostgresAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal async Task<PostgresEngineStore> OpenPostgresAsync(PostgresStoreOptions? options = null) =>
        await PostgresEngineStore.OpenAsync(await ConnectAsync(), (options ?? new PostgresStoreOptions { Protection = protection }) with { LeaseClock = Clock }, Clock);

    internal async Task<string> ConnectAsync()
    {
        if (_connectionString is null)
        {
            var database = await server.CreateDatabaseAsync();
            await server.Server.RunAsync("CREATE SCHEMA parsimony", new Npgsql.NpgsqlConnectionStringBuilder(database).Database ?? "");
            _connectionString = database + ";Search Path=parsimony";
        }

        return _connectionString;
    }
}
