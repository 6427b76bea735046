using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Parsimony.Kill;

/// <summary>The real program as a process of its own.</summary>
internal sealed class ProgramRun : IDisposable
{
    /// <summary>What a process ended by SIGKILL exits with.</summary>
    public const int Killed = 137;

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task<string> _output;
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProgramRun(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginErrorReadLine();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Completes when it has said that its requests are accepted, or ended.</summary>
    public Task Accepted => _accepted.Task;

    /// <summary>Its process's id.</summary>
    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public static ProgramRun Start(string? crashAt, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "parsimony.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("OPENAI_API_KEY");
        start.Environment.Remove("ANTHROPIC_API_KEY");
        start.Environment["PARSIMONY_CRASH_AT"] = crashAt ?? "";
        // Many of them at once on few cores: short and quick beats fast later.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new ProgramRun(Process.Start(start) ?? throw new InvalidOperationException("The program does not start."));
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>Exit code and standard output.</returns>
    /// <exception cref="TimeoutException">It did not end in time; it is killed.</exception>
    public async Task<(int ExitCode, string Output)> EndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            await _process.WaitForExitAsync(timer.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            Kill();
            throw new TimeoutException($"not at its end after {limit.TotalSeconds:0} s; its last words: {Errors.TrimEnd().Split('\n')[^1]}", exception);
        }

        return (_process.ExitCode, await _output);
    }

    /// <summary>Sends it a signal by name: STOP, CONT, TERM.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            _accepted.TrySetResult();
            return;
        }

        lock (_errors)
        {
            _errors.AppendLine(line);
        }

        if (line.StartsWith("run ", StringComparison.Ordinal))
        {
            _accepted.TrySetResult();
        }
    }
}
