using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Parsimony.Bench;

/// <summary>A PostgreSQL server of its own in a temporary folder, as it comes: nothing is tuned, and commits reach the disk.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parsimony-bench-").FullName;
    private readonly int _port;
    private int _databases;

    private PostgresServer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsRoot => Environment.UserName == "root";

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        if (IsRoot)
        {
            // The server refuses to run as root.
            await RunAsync("chown", "nobody", server._folder);
        }

        await ToolAsync("initdb", "-D", server._folder + "/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C");
        await ToolAsync(
            "pg_ctl", "-D", server._folder + "/data", "-l", server._folder + "/log", "-w", "-o",
            string.Create(CultureInfo.InvariantCulture, $"-p {server._port} -k {server._folder} -h 127.0.0.1"), "start");
        return server;
    }

    /// <summary>An empty database: its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"bench_{++_databases}");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("CREATE DATABASE " + name, connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        await ToolAsync("pg_ctl", "-D", _folder + "/data", "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static Task ToolAsync(string tool, params string[] arguments)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => d + "/bin") : [])
            .Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists) ?? tool;
        return IsRoot ? RunAsync("runuser", ["-u", "nobody", "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { WorkingDirectory = "/" })
            ?? throw new InvalidOperationException($"{file} did not start.");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} ended with {process.ExitCode}.");
        }
    }

    private string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database}");
}
