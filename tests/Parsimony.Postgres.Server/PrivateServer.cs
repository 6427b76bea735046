using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Parsimony.Postgres.Server;

/// <summary>A PostgreSQL server of its own in a temporary folder, reachable from this machine alone, gone when it is disposed.</summary>
public sealed class PrivateServer : IAsyncDisposable
{
    /// <summary>What a test that could not run says.</summary>
    public const string Missing = "not run: install PostgreSQL 15 or later (Debian: apt install postgresql)";

    private readonly string _tools;
    private readonly string _folder;
    private readonly bool _isDurable;
    private int _databases;

    private PrivateServer(string tools, string folder, bool isDurable)
    {
        _tools = tools;
        _folder = folder;
        _isDurable = isDurable;
    }

    /// <summary>The port it listens on at 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Whether tests may be left out where PostgreSQL is not installed: not in CI, and not where PARSIMONY_REQUIRE_POSTGRES is set.</summary>
    public static bool IsOptional =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("PARSIMONY_REQUIRE_POSTGRES"));

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts one; null when PostgreSQL is not installed.</summary>
    /// <param name="isDurable">Whether commits reach the disk and nothing is tuned, as a server comes; else it is as fast as it can be, for tests.</param>
    public static async Task<PrivateServer?> TryStartAsync(bool isDurable = false)
    {
        if (ServerTools.FindFolder() is not { } tools)
        {
            return null;
        }

        var server = new PrivateServer(tools, Directory.CreateTempSubdirectory("parsimony-postgres-").FullName, isDurable);
        try
        {
            await ServerTools.GiveAsync(server._folder);
            await ServerTools.RunAsync(
                tools, "initdb", "-D", server.Data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C");
            await server.AskForPasswordAsync();
            await server.StartAsync();
            return server;
        }
        catch
        {
            Directory.Delete(server._folder, recursive: true);
            throw;
        }
    }

    /// <summary>An empty database: its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"d{Interlocked.Increment(ref _databases)}");
        await RunAsync("CREATE DATABASE " + name);
        return ConnectionString(name);
    }

    /// <summary>Runs a statement as the server's administrator.</summary>
    public async Task RunAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops it as a power failure would; it can be started again.</summary>
    public Task StopAsync() => ServerTools.RunAsync(_tools, "pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    /// <summary>Starts it where it was stopped.</summary>
    public Task StartAgainAsync() => StartAsync(Port);

    /// <summary>A connection string for the server's administrator.</summary>
    public string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Maximum Pool Size=80");

    /// <summary>Stops it at once, and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // Below the ports a system gives to connections: else one could take the server's own while it is stopped.
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 30_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }

    // The administrator is trusted; whoever belongs to "asked" must know a password.
    private async Task AskForPasswordAsync()
    {
        var file = Path.Combine(Data, "pg_hba.conf");
        await File.WriteAllTextAsync(file, "host all +asked 127.0.0.1/32 scram-sha-256\n" + await File.ReadAllTextAsync(file));
    }

    private async Task StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort();
            try
            {
                await StartAsync(Port);
                await RunAsync("CREATE ROLE asked");
                return;
            }
            catch (InvalidOperationException) when (attempt < 10)
            {
                // Somebody else took the port.
            }
        }
    }

    private Task StartAsync(int port)
    {
        var options = string.Create(
            CultureInfo.InvariantCulture,
            $"-p {port} -h 127.0.0.1{(_isDurable ? "" : " -c max_connections=200 -c fsync=off -c full_page_writes=off -c max_wal_size=4GB")}{Sockets}{Statements}");
        return ServerTools.RunAsync(_tools, "pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-o", options, "start");
    }

    private string Sockets => OperatingSystem.IsWindows() ? "" : $" -k {_folder}";

    private string Statements
    {
        get
        {
            string[] places = ["../lib/pg_stat_statements.so", "../lib/postgresql/pg_stat_statements.so", "../lib/pg_stat_statements.dylib"];
            // Found by a link in PATH, the libraries lie beside what it points to.
            var program = new FileInfo(Path.Combine(_tools, "initdb"));
            var tools = Path.GetDirectoryName((program.ResolveLinkTarget(returnFinalTarget: true) ?? program).FullName) ?? _tools;
            return Array.Exists(places, place => File.Exists(Path.Combine(tools, place))) ? " -c shared_preload_libraries=pg_stat_statements" : "";
        }
    }
}
