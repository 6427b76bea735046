using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(Parsimony.Storage.Postgres.Tests.PostgresServer))]

namespace Parsimony.Storage.Postgres.Tests;

/// <summary>A server of its own in a temporary folder, for as long as the tests run.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parsimony-postgres-").FullName;
    private readonly int _port = FreePort();
    private int _databases;

    public async ValueTask InitializeAsync()
    {
        if (IsRoot)
        {
            // The server refuses to run as root.
            await RunAsync("chown", "nobody", _folder);
        }

        await RunAsServerAsync("initdb", "-D", Path.Combine(_folder, "data"), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C");
        await RunAsServerAsync(
            "pg_ctl", "-D", Path.Combine(_folder, "data"), "-l", Path.Combine(_folder, "log"), "-w", "-o",
            string.Create(CultureInfo.InvariantCulture, $"-p {_port} -k {_folder} -h 127.0.0.1 -c max_connections=400 -c fsync=off"), "start");
    }

    /// <summary>An empty database: its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"d{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("CREATE DATABASE " + name, connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsServerAsync("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Tool(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => d + "/bin") : [])
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) ?? name;

    private static Task RunAsServerAsync(string tool, params string[] arguments) =>
        IsRoot ? RunAsync("runuser", ["-u", "nobody", "--", Tool(tool), .. arguments]) : RunAsync(Tool(tool), arguments);

    private static async Task RunAsync(string file, params string[] arguments)
    {
        // The server keeps what it inherits open: its output goes to its log, and nobody waits for the end of ours.
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { WorkingDirectory = "/", RedirectStandardInput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"{file} did not start.");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }

    private string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Maximum Pool Size=80");
}
