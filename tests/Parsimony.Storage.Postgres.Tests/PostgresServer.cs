using Parsimony.Postgres.Server;

[assembly: AssemblyFixture(typeof(Parsimony.Storage.Postgres.Tests.PostgresServer))]

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>The server all tests of this assembly share, each with a database of its own.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private PrivateServer? _server;

    /// <summary>The server; a test that asks for it ends here where PostgreSQL is not installed and need not be.</summary>
    public PrivateServer Server
    {
        get
        {
            if (_server is null)
            {
                Assert.SkipWhen(PrivateServer.IsOptional, PrivateServer.Missing);
                Assert.Fail(PrivateServer.Missing);
            }

            return _server;
        }
    }

    public async ValueTask InitializeAsync() => _server = await PrivateServer.TryStartAsync();

    /// <summary>An empty database: its connection string.</summary>
    public Task<string> CreateDatabaseAsync() => Server.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
