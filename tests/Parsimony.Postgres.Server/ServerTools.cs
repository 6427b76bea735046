using System.Diagnostics;

namespace Parsimony.Postgres.Server;

/// <summary>The programs of an installed PostgreSQL.</summary>
internal static class ServerTools
{
    // The server refuses to run as root.
    private static readonly bool IsRoot = !OperatingSystem.IsWindows() && Environment.UserName == "root";

    /// <summary>The folder of initdb and pg_ctl, newest first; null when PostgreSQL is not installed.</summary>
    internal static string? FindFolder()
    {
        var name = OperatingSystem.IsWindows() ? "initdb.exe" : "initdb";
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
            : [];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(installed)
            .Concat(Told() is { } told ? [told] : [])
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, name)));
    }

    /// <summary>Makes a folder the server's own.</summary>
    internal static Task GiveAsync(string folder) => IsRoot ? RunAsync("chown", ["nobody", folder]) : Task.CompletedTask;

    /// <summary>Runs a program of the server, as a user it accepts.</summary>
    internal static Task RunAsync(string folder, string program, params string[] arguments)
    {
        var path = Path.Combine(folder, program);
        return IsRoot ? RunAsync("runuser", ["-u", "nobody", "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static string? Told()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("pg_config", ["--bindir"]) { RedirectStandardOutput = true, UseShellExecute = false });
            return process?.StandardOutput.ReadToEnd().Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static async Task RunAsync(string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await errors}");
        }
    }
}
