using System.Diagnostics;
using System.Globalization;
using Parsimony.Engine;
using Parsimony.Kill;

if (args is ["nodes", ..])
{
    return await NodesTest.RunAsync(args[1..]);
}

var perPoint = 5;
var random = 25;
var lanes = 10;
var seed = 1;
string? only = null;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    var value = args[i + 1];
    switch (args[i])
    {
        case "--kills-per-point":
            perPoint = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--random":
            random = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--lanes":
            lanes = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--seed":
            seed = int.Parse(value, CultureInfo.InvariantCulture);
            break;
        case "--only":
            only = value;
            break;
        default:
            Console.Error.WriteLine($"{args[i]}: unknown. Options: --kills-per-point N, --random N, --lanes N, --seed N, --only POINT.");
            return 2;
    }
}

if (args.Length % 2 != 0)
{
    Console.Error.WriteLine($"{args[^1]}: a value is missing.");
    return 2;
}

var cases = new List<KillCase>();
for (var round = 0; round < perPoint; round++)
{
    cases.AddRange(EffectPoint.All.Where(point => only is null || only == point).Select(point => new KillCase(point, round, seed)));
}

if (only is null or KillCase.AtRandom)
{
    cases.AddRange(Enumerable.Range(0, random).Select(round => new KillCase(KillCase.AtRandom, round, seed)));
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var started = Stopwatch.GetTimestamp();
var outcomes = new List<KillOutcome>();
var folder = Directory.CreateTempSubdirectory("parsimony-kill-");
try
{
    await Parallel.ForEachAsync(
        cases,
        new ParallelOptions { MaxDegreeOfParallelism = lanes, CancellationToken = stop.Token },
        async (next, cancellationToken) =>
        {
            var outcome = await KillRun.ExecuteAsync(next, Path.Combine(folder.FullName, next.Name), cancellationToken);
            lock (outcomes)
            {
                outcomes.Add(outcome);
                Console.Error.WriteLine($"{outcomes.Count,4} of {cases.Count}  {next.Name}: {outcome.Kills} kills, {outcome.Describe()}");
            }
        });
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted; what ended until now:");
}

var isClean = KillTable.Print(Console.Out, outcomes, perPoint, only, Stopwatch.GetElapsedTime(started));
if (isClean)
{
    folder.Delete(recursive: true);
}
else
{
    Console.Out.WriteLine($"The stores, inputs and bills of cases with differences are kept in {folder.FullName}.");
}

return isClean && !stop.IsCancellationRequested ? 0 : 1;
