using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Parsimony.Cli.Tests;

/// <summary>The real program in a process of its own, with neither keys nor settings of the environment it is tested in.</summary>
internal sealed class ParsimonyProcess : IDisposable
{
    /// <summary>What a process ended by SIGKILL exits with.</summary>
    public const int Killed = 137;

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task<string> _output;
    private readonly Lock _lock = new();
    private readonly List<(string Text, TaskCompletionSource Said)> _waits = [];

    private ParsimonyProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginErrorReadLine();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    public static ParsimonyProcess Start(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "parsimony.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(IsOfThisMachine).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ParsimonyProcess(Process.Start(start) ?? throw new InvalidOperationException("The program does not start."));
    }

    public async Task<ProcessResult> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        lock (_lock)
        {
            return new ProcessResult(_process.ExitCode, _output.GetAwaiter().GetResult(), _errors.ToString());
        }
    }

    /// <summary>Waits until it has said this on standard error.</summary>
    public async Task WaitForAsync(string text, CancellationToken cancellationToken)
    {
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_errors.ToString().Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            _waits.Add((text, said));
        }

        await said.Task.WaitAsync(cancellationToken);
    }

    public void Kill() => _process.Kill();

    /// <summary>Asks it to stop, as Ctrl-C does.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static bool IsOfThisMachine(string name) =>
        name.EndsWith("_API_KEY", StringComparison.Ordinal) || name.StartsWith("PARSIMONY_", StringComparison.Ordinal)
        || name.StartsWith("LLM_", StringComparison.Ordinal) || name.StartsWith("BATCH_", StringComparison.Ordinal);

    private void Note(string? line)
    {
        lock (_lock)
        {
            _errors.AppendLine(line);
            foreach (var (text, said) in _waits)
            {
                if (line is null)
                {
                    said.TrySetException(new InvalidOperationException($"It ended and never said '{text}': {_errors}"));
                }
                else if (line.Contains(text, StringComparison.Ordinal))
                {
                    said.TrySetResult();
                }
            }
        }
    }
}

/// <summary>How a process ended.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Fails with what the program said when the exit code is another.</summary>
    public ProcessResult Exits(int expected)
    {
        Assert.True(ExitCode == expected, $"exit code {ExitCode}, not {expected}\n{Errors}\n{Output}");
        return this;
    }
}
