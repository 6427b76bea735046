using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Parsimony.Kill;

/// <summary>
/// Several real nodes on one PostgreSQL database, killed, stopped and left without it while runs feed them; when all requests have ended, results, ledger and
/// the sandbox's bill are compared.
/// </summary>
internal sealed class NodesTest(NodesOptions options, NodesWorld world)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan QuietLimit = TimeSpan.FromMinutes(5);
    private readonly NodesOutcome _outcome = new();

    /// <summary>Runs it.</summary>
    /// <returns>The exit code: 0 when clean, 1 when not, 2 for a command line that cannot be meant.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (NodesOptions.Read(arguments) is not { } options)
        {
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("parsimony-nodes-");
        var outcome = await RunAsync(options, folder.FullName);
        if (outcome.Differences.Count == 0)
        {
            folder.Delete(recursive: true);
            return 0;
        }

        await Console.Out.WriteLineAsync($"What the nodes said, ledger and bill are kept in {folder.FullName}.");
        return 1;
    }

    private static async Task<NodesOutcome> RunAsync(NodesOptions options, string folder)
    {
        var started = Stopwatch.GetTimestamp();
        await using var world = await NodesWorld.StartAsync(options, folder);
        var test = new NodesTest(options, world);
        await test.ExecuteAsync();
        foreach (var difference in test._outcome.Differences)
        {
            await Console.Out.WriteLineAsync($"DIFFERENCE: {difference}");
        }

        await Console.Out.WriteLineAsync(test._outcome.Describe(options, Stopwatch.GetElapsedTime(started)));
        return test._outcome;
    }

    private async Task ExecuteAsync()
    {
        using var stop = new CancellationTokenSource();
        using var calm = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        List<NodeSlot> nodes = [.. Enumerable.Range(1, options.Nodes).Select(number => new NodeSlot(string.Create(CultureInfo.InvariantCulture, $"node{number}"), world, _outcome, Chance(number)))];
        List<RunLane> lanes = [.. ((string[])["openAI/gpt-5-mini", "anthropic/claude-haiku-4-5-20251001"]).Select((model, number) => new RunLane(model, world, options, _outcome, Chance(100 + number)))];
        var working = nodes.ConvertAll(node => node.RunAsync(stop.Token));
        var disturbing = new Disturbance(world, nodes, lanes, _outcome, Chance(0)).RunAsync(calm.Token);
        try
        {
            await Task.WhenAll(lanes.Select(lane => lane.RunAsync(stop.Token)));
            await calm.CancelAsync();
            await disturbing;
            await QuietAsync(stop.Token);
            await Task.WhenAll(nodes.Zip(working, (node, work) => node.EndAsync(work)));
            await CompareAsync(lanes, stop.Token);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            _outcome.Differ(exception.Message);
            await calm.CancelAsync();
            await stop.CancelAsync();
            await disturbing;
            nodes.ForEach(node => node.Kill());
            await Task.WhenAll(working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Random Chance(int number) => new(unchecked((options.Seed * 1_000_003) + number));

    /// <summary>Waits until no batch is open: what a request that ended left at a provider is booked, too.</summary>
    private async Task QuietAsync(CancellationToken cancellationToken)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < QuietLimit;)
        {
            using var status = JsonDocument.Parse(await AskAsync(cancellationToken, "status", "--json"));
            if (status.RootElement.GetProperty("batches").GetArrayLength() == 0
                && status.RootElement.GetProperty("runs").EnumerateArray().All(run => run.GetProperty("open").GetInt64() == 0))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }

        await File.WriteAllTextAsync(world.At("status.json"), await AskAsync(cancellationToken, "status", "--json"), cancellationToken);
        _outcome.Differ($"batches or requests are still open {QuietLimit.TotalMinutes:0} minutes after the last run ended");
    }

    private async Task CompareAsync(IEnumerable<RunLane> lanes, CancellationToken cancellationToken)
    {
        foreach (var (name, exitCode) in lanes.SelectMany(lane => lane.Ended))
        {
            var results = await AskAsync(cancellationToken, "results", name);
            RunResults.Compare(name, results, exitCode, options.RowsOfRun, _outcome);
            _outcome.Unanswered += results.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => !line.Contains("\"state\":\"answered\"", StringComparison.Ordinal));
        }

        var ledger = await AskAsync(cancellationToken, "ledger", "--json");
        await File.WriteAllTextAsync(world.At("ledger.jsonl"), ledger, cancellationToken);
        Reckoning.Compare(await world.BillAsync(), ledger, _outcome);
        if (_outcome.Events < options.Events)
        {
            _outcome.Differ($"{_outcome.Events} events, not {options.Events}");
        }
    }

    private async Task<string> AskAsync(CancellationToken cancellationToken, params string[] command)
    {
        using var program = ProgramRun.Start(crashAt: null, [.. command, "--store", world.Store]);
        var (exitCode, output) = await program.EndAsync(Limit, cancellationToken);
        return exitCode == 0 ? output : throw new TimeoutException($"{string.Join(' ', command)} ended with exit code {exitCode}: {program.Errors}");
    }
}
