using System.Globalization;
using System.Text;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;

namespace Parsimony.Kill;

/// <summary>
/// Carries out one case: a sandbox, a store and two runs of their own; one run is killed where the case says and started again until it ends;
/// then bill and ledger are compared.
/// </summary>
internal sealed class KillRun : IAsyncDisposable
{
    private const int Rows = 28;
    private const int OtherRows = 12;
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(300);

    private readonly KillCase _case;
    private readonly string _folder;
    private readonly SandboxHost _sandbox;
    private readonly JumpingClock _pace;
    private readonly KillOutcome _outcome;

    private KillRun(KillCase next, string folder, SandboxHost sandbox, JumpingClock pace)
    {
        _pace = pace;
        _case = next;
        _folder = folder;
        _sandbox = sandbox;
        _outcome = new KillOutcome(next);
    }

    /// <summary>Carries out a case, once more when the run ended before it got to the point so often.</summary>
    public static async Task<KillOutcome> ExecuteAsync(KillCase next, string folder, CancellationToken cancellationToken)
    {
        var outcome = new KillOutcome(next);
        for (var occurrence = next.Occurrence; occurrence >= 1; occurrence--)
        {
            var place = Path.Combine(folder, occurrence.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(place);
            var model = new SandboxOptions
            {
                Seed = (ulong)(next.Seed + next.Round),
                BatchDurationMin = TimeSpan.FromSeconds(40),
                BatchDurationMax = TimeSpan.FromSeconds(120),
            };
            var pace = new JumpingClock();
            var sandbox = await SandboxHost.StartAsync(new SandboxHostOptions { Speed = next.Speed, Model = model, RealClock = pace }, cancellationToken);
            await using var run = new KillRun(next, place, sandbox, pace);
            await run.ExecuteAsync(occurrence, cancellationToken);
            outcome = run._outcome;
            if (outcome.Kills > 0 || outcome.Differences.Count > 0 || next.IsRandom)
            {
                break;
            }
        }

        if (outcome.Kills == 0 && outcome.Differences.Count == 0 && !next.IsRandom)
        {
            outcome.Differences.Add("the point was never reached");
        }

        return outcome;
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    private async Task ExecuteAsync(int occurrence, CancellationToken cancellationToken)
    {
        await WriteInputAsync("a", Rows, cancellationToken);
        await WriteInputAsync("b", OtherRows, cancellationToken);
        _sandbox.World.Faults.Replace(_case.Faults);
        try
        {
            // The other provider's run: accepted, and its process gone at once.
            await KillWhenAcceptedAsync("b", cancellationToken);
            if (_case.HasFilledBatch)
            {
                await KillWhenAcceptedAsync("a", cancellationToken, at: Engine.EffectPoint.Enqueued);
                await PassAsync(TimeSpan.FromSeconds(35), cancellationToken);
            }

            // A kill may come before there is anything to cancel: the cancel goes on beside the processes that come back.
            var cancel = _case.IsCancelled ? CancelAsync(cancellationToken) : Task.CompletedTask;
            var isKilled = await (_case.IsRandom ? KillAtRandomAsync(cancellationToken) : KillAtPointAsync(occurrence, cancellationToken));
            var first = await FinishAsync("a", cancellationToken, cancel);
            await cancel;
            var second = await FinishAsync("b", cancellationToken);
            _outcome.Recoveries += (isKilled ? 1 : 0) + 1;
            await CompareAsync("a", first, Rows, cancellationToken);
            await CompareAsync("b", second, OtherRows, cancellationToken);
            await ReckonAsync(cancellationToken);
        }
        catch (TimeoutException exception)
        {
            _outcome.Differences.Add(exception.Message);
        }
    }

    private async Task<bool> KillAtPointAsync(int occurrence, CancellationToken cancellationToken)
    {
        using var program = ProgramRun.Start(string.Create(CultureInfo.InvariantCulture, $"{_case.Point}:{occurrence}"), Command("a", isArmed: true));
        var (exitCode, _) = await program.EndAsync(KillLimit, cancellationToken);
        _outcome.Kills += exitCode == ProgramRun.Killed ? 1 : 0;
        if (exitCode is not (ProgramRun.Killed or 0 or 3 or 5))
        {
            _outcome.Differences.Add($"exit code {exitCode} before the kill: {program.Errors.Trim()}");
        }

        return exitCode == ProgramRun.Killed;
    }

    /// <summary>Up to three kills, each at a random instant: of the first start, and of what comes back.</summary>
    private async Task<bool> KillAtRandomAsync(CancellationToken cancellationToken)
    {
        var chance = _case.Chance();
        double[] longest = [4, 8, 50];
        foreach (var seconds in longest)
        {
            using var program = ProgramRun.Start(crashAt: null, Command("a"));
            var end = program.EndAsync(KillLimit, cancellationToken);
            await Task.WhenAny(end, Task.Delay(TimeSpan.FromSeconds(0.3 + (chance.NextDouble() * seconds)), cancellationToken));
            if (end.IsCompleted)
            {
                break;
            }

            program.Kill();
            var (exitCode, _) = await end;
            _outcome.Kills += exitCode == ProgramRun.Killed ? 1 : 0;
        }

        return _outcome.Kills > 0;
    }

    private async Task KillWhenAcceptedAsync(string run, CancellationToken cancellationToken, string? at = null)
    {
        using var program = ProgramRun.Start(at, Command(run));
        var end = program.EndAsync(KillLimit, cancellationToken);
        await Task.WhenAny(program.Accepted, end);
        program.Kill();
        _outcome.OtherKills += (await end).ExitCode == ProgramRun.Killed ? 1 : 0;
    }

    /// <summary>Starts the same command again until it ends by itself.</summary>
    private async Task<int> FinishAsync(string run, CancellationToken cancellationToken, Task? cancel = null)
    {
        using var program = ProgramRun.Start(crashAt: null, Command(run));
        var end = program.EndAsync(EndLimit, cancellationToken);
        if (_case.IsCancelled && cancel is not null && await new StuckSuspect(run, Store).IsAwaitedAsync(end, cancel, cancellationToken))
        {
            // Only the end of the provider's window proves whose the batch is. A process keeps the sandbox time it began with, so another waits for the rest.
            program.Kill();
            await end;
            _outcome.Windows++;
            _outcome.OtherKills++;
            _pace.Jump(StuckSuspect.Window / _case.Speed);
            return await FinishAsync(run, cancellationToken);
        }

        var (exitCode, _) = await end;
        if (exitCode is not (0 or 3))
        {
            _outcome.Differences.Add($"run {run} ended with exit code {exitCode}: {program.Errors.Trim()}");
        }

        return exitCode;
    }

    /// <summary>Waits until a batch of the run is worked on, then cancels the run as a user would.</summary>
    private async Task CancelAsync(CancellationToken cancellationToken)
    {
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < EndLimit;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
            using var status = ProgramRun.Start(crashAt: null, ["status", "run-a", "--store", Store, "--json"]);
            var (exitCode, output) = await status.EndAsync(KillLimit, cancellationToken);
            if (exitCode == 0 && output.Contains("\"state\":\"running\"", StringComparison.Ordinal))
            {
                break;
            }
        }

        using var cancel = ProgramRun.Start(crashAt: null, ["cancel", "run-a", "--store", Store]);
        await cancel.EndAsync(KillLimit, cancellationToken);
    }

    private async Task CompareAsync(string run, int exitCode, int rows, CancellationToken cancellationToken)
    {
        using var results = ProgramRun.Start(crashAt: null, ["results", $"run-{run}", "--store", Store]);
        var (_, output) = await results.EndAsync(KillLimit, cancellationToken);
        RunResults.Compare(run, output, exitCode, rows, _outcome);
    }

    private async Task ReckonAsync(CancellationToken cancellationToken)
    {
        using var program = ProgramRun.Start(crashAt: null, ["ledger", "--json", "--store", Store]);
        var (_, ledger) = await program.EndAsync(KillLimit, cancellationToken);
        var bill = _sandbox.World.Bill.Lines;
        Reckoning.Compare(bill, ledger, _outcome);
        if (_outcome.Differences.Count > 0)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "ledger.jsonl"), ledger, cancellationToken);
            await File.WriteAllLinesAsync(Path.Combine(_folder, "bill.txt"), bill.Select(line => line.ToString()), cancellationToken);
        }
    }

    private string Store => Path.Combine(_folder, "store.db");

    private List<string> Command(string run, bool isArmed = false)
    {
        var isOpenAI = (run == "a") == _case.IsOpenAI;
        List<string> command =
        [
            "run", Path.Combine(_folder, run + ".jsonl"), "--model", isOpenAI ? "openAI/gpt-5-mini" : "anthropic/claude-haiku-4-5-20251001",
            "--prompt", "Say what this is about: {{text}}", "--max-output-tokens", "64", "--name", $"run-{run}", "--store", Store,
            "--sandbox", _sandbox.Address.ToString(), "--out", Path.Combine(_folder, run + "-out.jsonl"),
        ];
        if (_case.MissesDeadline)
        {
            // Room enough for a batch also on a machine that is slow to start a process: ten sandbox minutes are two seconds here.
            command.AddRange(["--deadline", "2h"]);
        }

        if (_case.SamplesFirst && run == "a" && (isArmed || _case.IsRandom))
        {
            command.AddRange(["--sample-first", "3", "--yes"]);
        }

        return command;
    }

    private async Task WriteInputAsync(string run, int rows, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        for (var row = 1; row <= rows; row++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $$"""{"id":"{{run}}-{{row}}","text":"Message {{row}} of {{_case.Name}} {{run}}: the parcel has not come."}""");
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, run + ".jsonl"), text.ToString(), cancellationToken);
    }

    private Task PassAsync(TimeSpan sandboxTime, CancellationToken cancellationToken) => Task.Delay(sandboxTime, _sandbox.Clock, cancellationToken);
}
