using System.Diagnostics;
using System.Globalization;

namespace Parsimony.Bench;

/// <summary>What the operating system knows about this process, and processes started for one measurement.</summary>
internal static class ProcessFacts
{
    /// <summary>The largest working set so far, MB; null where the system does not tell it.</summary>
    public static double? PeakMegabytes()
    {
        if (!File.Exists("/proc/self/status"))
        {
            return null;
        }

        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line["VmHWM:".Length..^2], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Time since this process started.</summary>
    public static TimeSpan SinceStart()
    {
        using var self = Process.GetCurrentProcess();
        return DateTime.UtcNow - self.StartTime.ToUniversalTime();
    }

    /// <summary>Runs this program anew with other arguments; how long it took to write its first line, and all it wrote. What it wrote of an error goes into the exception.</summary>
    public static async Task<(TimeSpan FirstLine, string Output)> RunChildAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath ?? throw new InvalidOperationException("No path of this program."), arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var began = Stopwatch.GetTimestamp();
        using var child = Process.Start(start) ?? throw new InvalidOperationException("The child did not start.");
        var error = child.StandardError.ReadToEndAsync();
        var first = await child.StandardOutput.ReadLineAsync();
        var took = Stopwatch.GetElapsedTime(began);
        var rest = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return child.ExitCode == 0 ? (took, first + Environment.NewLine + rest) : throw new InvalidOperationException($"The child failed: {first} {rest} {await error}");
    }
}
