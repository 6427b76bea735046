using System.Diagnostics;
using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary>The program as a user starts it: a process of its own, killed when the test ends before it.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;

    private CommandLine(Process process, bool readsOutput)
    {
        _process = process;
        _output = readsOutput ? process.StandardOutput.ReadToEndAsync() : Task.FromResult("");
    }

    public int ProcessId => _process.Id;

    public static CommandLine Start(params string[] arguments) => new(Launch(arguments), readsOutput: true);

    /// <summary>One whose standard output the test reads line by line.</summary>
    public static CommandLine StartForLines(params string[] arguments) => new(Launch(arguments), readsOutput: false);

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var program = Start(arguments);
        var errors = await program._process.StandardError.ReadToEndAsync(cancellationToken);
        await program._process.WaitForExitAsync(cancellationToken);
        return (program._process.ExitCode, await program._output, errors);
    }

    public async Task<JsonDocument> ReadJsonLineAsync(CancellationToken cancellationToken) =>
        JsonDocument.Parse(await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException(await ErrorsAsync(cancellationToken)));

    public Task WaitForNoteAsync(string text, CancellationToken cancellationToken) =>
        WaitForNoteAsync(line => line.Contains(text, StringComparison.Ordinal), cancellationToken);

    public async Task WaitForNoteAsync(Func<string, bool> isIt, CancellationToken cancellationToken)
    {
        while (await _process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (isIt(line))
            {
                return;
            }
        }

        throw new InvalidOperationException("The program ended and never said what was waited for.");
    }

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private Task<string> ErrorsAsync(CancellationToken cancellationToken) => _process.StandardError.ReadToEndAsync(cancellationToken);

    private static Process Launch(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "parsimony.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The program does not start.");
    }
}
