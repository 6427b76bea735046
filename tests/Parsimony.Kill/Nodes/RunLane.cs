using System.Globalization;
using System.Text;
using Parsimony.Engine;

namespace Parsimony.Kill;

/// <summary>One provider's runs, one after the other; a run whose process is killed is started again.</summary>
internal sealed class RunLane(string model, NodesWorld world, NodesOptions options, NodesOutcome outcome, Random chance)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);
    private readonly string _prefix = model.Split('/')[0].ToLowerInvariant();
    private readonly List<(string Name, int ExitCode)> _ended = [];
    private ProgramRun? _program;
    private bool _isStruck;

    /// <summary>The runs that ended.</summary>
    public IReadOnlyList<(string Name, int ExitCode)> Ended => _ended;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var number = 1; number <= options.RunsOfProvider; number++)
        {
            // Each waits for its share of the events, so that something is under way at each of them.
            while (outcome.Events < (number - 1) * options.Events / options.RunsOfProvider)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{number}");
            var input = world.At(name + ".jsonl");
            await File.WriteAllTextAsync(input, Rows(name), cancellationToken);
            var code = await RunAsync(name, [.. Command(name, input), .. number % 3 == 2 ? (string[])["--deadline", "2h"] : []], cancellationToken);
            _ended.Add((name, code));
            Console.Error.WriteLine($"{name}: exit code {code}");
        }
    }

    /// <summary>Kills the run under way; false when there is none.</summary>
    public bool Kill()
    {
        if (_program is not { HasEnded: false } program)
        {
            return false;
        }

        _isStruck = true;
        program.Kill();
        return true;
    }

    private async Task<int> RunAsync(string name, string[] command, CancellationToken cancellationToken)
    {
        for (var start = 1; ; start++)
        {
            var armed = start == 1 && chance.Next(3) == 0 ? EffectPoint.Enqueued + ":1" : null;
            using var program = ProgramRun.Start(armed, command);
            (_isStruck, _program) = (false, program);
            var (exitCode, _) = await program.EndAsync(Limit, cancellationToken);
            _program = null;
            await File.WriteAllTextAsync(world.At(string.Create(CultureInfo.InvariantCulture, $"{name}-{start:000}.log")), program.Errors + $"exit code {exitCode}", cancellationToken);
            switch (exitCode)
            {
                case 0 or 3:
                    return exitCode;
                case ProgramRun.Killed:
                    if (!_isStruck)
                    {
                        outcome.Count(NodesEvent.RunKilled);
                    }

                    break;
                // There is no database to begin with.
                case 2 when program.Errors.Contains("PostgreSQL at ", StringComparison.Ordinal):
                    break;
                default:
                    outcome.Differ($"{name} ended with exit code {exitCode}: {program.Errors.TrimEnd().Split('\n')[^1]}");
                    return exitCode;
            }
        }
    }

    private string[] Command(string name, string input) =>
    [
        "run", input, "--model", model, "--prompt", "Say what this is about: {{text}}", "--max-output-tokens", "64", "--name", name, "--store", world.Store,
        "--sandbox", world.Address, "--config", world.Config, "--out", world.At(name + "-out.jsonl"),
    ];

    private string Rows(string name)
    {
        var text = new StringBuilder();
        for (var row = 1; row <= options.RowsOfRun; row++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $$"""{"id":"{{name}}-{{row}}","text":"Message {{row}} of {{name}}: the parcel has not come."}""");
        }

        return text.ToString();
    }
}
