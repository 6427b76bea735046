namespace Parsimony.Kill;

/// <summary>Does things to nodes, runs and the database, at random and of each kind enough.</summary>
internal sealed class Disturbance(NodesWorld world, IReadOnlyList<NodeSlot> nodes, IReadOnlyList<RunLane> runs, NodesOutcome outcome, Random chance)
{
    // A lease lasts 45 seconds under a fast sandbox.
    private static readonly TimeSpan PastLease = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Queue<NodesEvent> _deck = new();
    private Task _longStop = Task.CompletedTask;
    private Task _shortStop = Task.CompletedTask;
    private Task _database = Task.CompletedTask;

    /// <summary>Goes on until told to end; all are let go on and the database is there when it returns.</summary>
    public async Task RunAsync(CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(3 + (chance.NextDouble() * 8)), ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ending.IsCancellationRequested)
            {
                Strike(Next(), ending);
            }
        }

        await Task.WhenAll(_longStop, _shortStop, _database);
    }

    private void Strike(NodesEvent next, CancellationToken ending)
    {
        switch (next)
        {
            case NodesEvent.NodeKilled:
                // Not one that is stopped: it must live to write late.
                Note(next, Awake() is { Count: > 0 } awake && awake[chance.Next(awake.Count)].Kill());
                break;
            case NodesEvent.AllNodesKilled:
                Note(next, Awake().Count(node => node.Kill()) > 1);
                break;
            case NodesEvent.RunKilled:
                Note(next, runs[chance.Next(runs.Count)].Kill());
                break;
            case NodesEvent.NodeStoppedPastLease when _longStop.IsCompleted:
                _longStop = StopAsync(next, PastLease * (1 + (chance.NextDouble() / 5)), ending);
                break;
            case NodesEvent.NodeStoppedBriefly when _shortStop.IsCompleted:
                _shortStop = StopAsync(next, TimeSpan.FromSeconds(1 + (chance.NextDouble() * 10)), ending);
                break;
            case NodesEvent.DatabaseRestarted when _database.IsCompleted:
                _database = RestartAsync(next, TimeSpan.FromSeconds(chance.NextDouble() * 4));
                break;
            case NodesEvent.DatabaseGoneForAMinute when _database.IsCompleted:
                _database = RestartAsync(next, Minute);
                break;
        }
    }

    private async Task StopAsync(NodesEvent next, TimeSpan time, CancellationToken ending)
    {
        Note(next, Awake() is { Count: > 0 } awake && await awake[chance.Next(awake.Count)].StopAsync(time, ending));
    }

    private async Task RestartAsync(NodesEvent next, TimeSpan time)
    {
        await world.Server.StopAsync();
        await Task.Delay(time);
        await world.Server.StartAgainAsync();
        Note(next, true);
    }

    private List<NodeSlot> Awake() => [.. nodes.Where(node => !node.IsStopped)];

    private void Note(NodesEvent happened, bool isDone)
    {
        if (isDone)
        {
            outcome.Count(happened);
            Console.Error.WriteLine($"{outcome.Events,4} {happened}");
        }
    }

    /// <summary>Dealt from a shuffled deck, so that every kind comes often enough; a minute without the database once.</summary>
    private NodesEvent Next()
    {
        if (_deck.Count == 0)
        {
            List<NodesEvent> kinds =
            [
                .. Enumerable.Repeat(NodesEvent.NodeKilled, 8), .. Enumerable.Repeat(NodesEvent.RunKilled, 3), .. Enumerable.Repeat(NodesEvent.NodeStoppedPastLease, 2),
                .. Enumerable.Repeat(NodesEvent.NodeStoppedBriefly, 2), .. Enumerable.Repeat(NodesEvent.DatabaseRestarted, 2), NodesEvent.AllNodesKilled,
            ];
            if (outcome.Events > 0 && outcome.Of(NodesEvent.DatabaseGoneForAMinute) == 0)
            {
                kinds.Add(NodesEvent.DatabaseGoneForAMinute);
            }

            foreach (var kind in kinds.OrderBy(_ => chance.Next()))
            {
                _deck.Enqueue(kind);
            }
        }

        return _deck.Dequeue();
    }
}
