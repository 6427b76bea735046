using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Kill;

/// <summary>A place for a node: whenever its process is killed, another is started.</summary>
internal sealed class NodeSlot(string name, NodesWorld world, NodesOutcome outcome, Random chance)
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(1);

    // Of others a node without a run of its own does not get to.
    private static readonly string[] Points = [.. EffectPoint.All.Except([EffectPoint.Enqueued])];
    private ProgramRun? _program;
    private bool _isStruck;
    private bool _isEnding;

    public string Name => name;

    /// <summary>Whether its process is stopped.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Keeps a node there until it is asked to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var starts = 0;
        while (!_isEnding)
        {
            var armed = chance.Next(2) == 0 ? string.Create(CultureInfo.InvariantCulture, $"{Points[chance.Next(Points.Length)]}:{chance.Next(1, 4)}") : null;
            using var program = ProgramRun.Start(armed, ["node", "--name", name, "--store", world.Store, "--sandbox", world.Address, "--config", world.Config, "--verbose"]);
            (_isStruck, _program) = (false, program);
            var (exitCode, _) = await program.EndAsync(Timeout.InfiniteTimeSpan, cancellationToken);
            _program = null;
            await File.WriteAllTextAsync(world.At(string.Create(CultureInfo.InvariantCulture, $"{name}-{++starts:000}.log")), program.Errors + $"exit code {exitCode}, armed {armed}", cancellationToken);
            Judge(exitCode, armed, program.Errors);
            await Task.Delay(TimeSpan.FromSeconds(chance.NextDouble() * 2), cancellationToken);
        }
    }

    /// <summary>Kills it; false when there is no process just now.</summary>
    public bool Kill()
    {
        if (_program is not { } program)
        {
            return false;
        }

        _isStruck = true;
        program.Kill();
        return true;
    }

    /// <summary>Stops it for a while; false when it did not live as long.</summary>
    public async Task<bool> StopAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        if (_program is not { } program)
        {
            return false;
        }

        IsStopped = true;
        try
        {
            await program.SignalAsync("STOP");
            await Task.Delay(time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ReferenceEquals(program, _program))
            {
                return false;
            }

            await program.SignalAsync("CONT");
            return !cancellationToken.IsCancellationRequested;
        }
        finally
        {
            IsStopped = false;
        }
    }

    /// <summary>Asks it to end, as an operator would.</summary>
    public async Task EndAsync(Task run)
    {
        _isEnding = true;
        if (_program is { } program)
        {
            await program.SignalAsync("TERM");
        }

        try
        {
            await run.WaitAsync(EndLimit);
        }
        catch (TimeoutException)
        {
            outcome.Differ($"{name} was asked to end and did not within {EndLimit}");
        }
    }

    private void Judge(int exitCode, string? armed, string errors)
    {
        switch (exitCode)
        {
            case ProgramRun.Killed when _isStruck:
            case 0 when _isEnding:
            // There is no database to begin with.
            case 2 when errors.Contains("PostgreSQL at ", StringComparison.Ordinal):
                break;
            case ProgramRun.Killed when armed is not null:
                outcome.Count(NodesEvent.NodeKilledAtEffect);
                break;
            default:
                outcome.Differ($"{name} ended by itself with exit code {exitCode}: {errors.TrimEnd().Split('\n')[^1]}");
                break;
        }
    }
}
