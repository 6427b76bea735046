using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>
/// The demo's sandbox: a process in a session of its own, which goes on when the demo is killed, as providers do. What it announces lies in a file,
/// so that the next demo finds it even when this one ended before it had read a word.
/// </summary>
internal sealed class SandboxChild(string folder, int number)
{
    private const int IdleMinutes = 10;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly string _state = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"sandbox-{number}.state"));

    private string Announced => _state + ".out";

    private string Complaints => _state + ".err";

    /// <summary>The running sandbox of this demo; null when there is none.</summary>
    public async Task<SandboxNote?> FindAsync(CancellationToken cancellationToken)
    {
        if (LastAnnounced() is not { } note || !IsOurs(note))
        {
            return null;
        }

        try
        {
            using var http = new HttpClient();
            _ = await SandboxConnection.OpenAsync(note.Address, http, cancellationToken).ConfigureAwait(false);
            return note;
        }
        catch (UserException)
        {
            return null;
        }
    }

    /// <summary>Starts it, from its state where it has one, and waits until it answers.</summary>
    /// <exception cref="UserException">It does not start; the message is its own.</exception>
    public async Task<SandboxNote> StartAsync(double speed, string faults, CancellationToken cancellationToken)
    {
        File.Delete(Complaints);
        using var child = Process.Start(Command(speed, faults)) ?? throw new UserException("The sandbox's process cannot be started.");
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < StartLimit)
        {
            // Also true when a sandbox that an earlier demo had just started holds the state: then ours ends by itself, and that one is used.
            if (await FindAsync(cancellationToken).ConfigureAwait(false) is { } note)
            {
                return note;
            }

            if (child.HasExited && (child.ExitCode == ExitCode.Internal || TimeProvider.System.GetElapsedTime(started) > StartLimit / 20))
            {
                break;
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        throw new UserException($"The demo's sandbox does not start: {Complaint()}");
    }

    /// <summary>Ends a sandbox, if the process of that number still is it.</summary>
    public static void End(SandboxNote note)
    {
        if (!IsOurs(note))
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(note.ProcessId);
            process.Kill();
            process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended meanwhile.
        }
    }

    // Process numbers come round again: where the system tells, the command line must name our state file.
    private static bool IsOurs(SandboxNote note)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                return File.ReadAllText($"/proc/{note.ProcessId}/cmdline").Split('\0').Contains(note.StateFile, StringComparer.Ordinal);
            }

            using var process = Process.GetProcessById(note.ProcessId);
            return process.ProcessName is "dotnet" or "parsimony";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private ProcessStartInfo Command(double speed, string faults)
    {
        List<string> command = [.. Self(), "sandbox", "--speed", speed.ToString("R", CultureInfo.InvariantCulture), "--faults", faults, "--state", _state,
            "--idle-minutes", IdleMinutes.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo { UseShellExecute = false, CreateNoWindow = true, WorkingDirectory = folder };
        if (OperatingSystem.IsWindows())
        {
            start.FileName = "cmd.exe";
            start.Arguments = $"/d /s /c \"{string.Join(' ', command.Select(word => $"\"{word}\""))} >> \"{Announced}\" 2>> \"{Complaints}\" < NUL\"";
            return start;
        }

        // A session of its own: neither the terminal's Ctrl-C nor its end reaches it.
        start.FileName = "/bin/sh";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("out=$1 err=$2; shift 2; exec </dev/null >>\"$out\" 2>>\"$err\"; if command -v setsid >/dev/null; then exec setsid \"$@\"; fi; exec nohup \"$@\"");
        foreach (var word in (IEnumerable<string>)["parsimony", Announced, Complaints, .. command])
        {
            start.ArgumentList.Add(word);
        }

        return start;
    }

    private static IEnumerable<string> Self()
    {
        var program = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Path.Combine(AppContext.BaseDirectory, "parsimony.dll")] : [program];
    }

    private SandboxNote? LastAnnounced()
    {
        try
        {
            using var file = new FileStream(Announced, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            SandboxNote? last = null;
            while (reader.ReadLine() is { } line)
            {
                last = Parse(line) ?? last;
            }

            return last;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private SandboxNote? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return new SandboxNote(root.GetProperty("address").GetString() ?? "", root.GetProperty("pid").GetInt32(), _state);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Cut off by a kill.
            return null;
        }
    }

    private string Complaint()
    {
        try
        {
            return File.ReadAllText(Complaints).Trim() is { Length: > 0 } text ? text : $"it said nothing; see {Announced}.";
        }
        catch (IOException)
        {
            return "it said nothing.";
        }
    }
}
