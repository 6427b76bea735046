using System.Diagnostics;
using System.Globalization;

namespace Parsimony.Bench;

/// <summary>Ways to do the same work, measured in turns so that a slow spell of the machine meets all of them.</summary>
internal sealed class Comparison
{
    private readonly List<(string Name, Func<Task<TimeSpan>> Measure, List<double> Seconds)> _ways = [];

    /// <summary>Adds a way; it prepares what it needs, and answers how long the work itself took.</summary>
    public Comparison Add(string name, Func<Task<TimeSpan>> measure)
    {
        _ways.Add((name, measure, []));
        return this;
    }

    /// <summary>Runs all ways in turns, after one round that is not counted.</summary>
    public async Task<Comparison> RunAsync(int runs)
    {
        for (var run = -1; run < runs; run++)
        {
            foreach (var (_, measure, seconds) in _ways)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                var took = await measure();
                if (run >= 0)
                {
                    seconds.Add(took.TotalSeconds);
                }
            }
        }

        return this;
    }

    /// <summary>The middle of a way's times, seconds.</summary>
    public double Median(int way) => Middle(_ways[way].Seconds);

    /// <summary>Prints all times, and how the first way compares with the others.</summary>
    public void Print(int count)
    {
        for (var way = 0; way < _ways.Count; way++)
        {
            var (name, _, seconds) = _ways[way];
            var runs = string.Join(" ", seconds.Select(s => s.ToString("0.000", CultureInfo.InvariantCulture)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-44} {Median(way),8:0.000} s  {count / Median(way),9:0}/s   runs: {runs}"));
        }

        for (var way = 1; way < _ways.Count; way++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {_ways[0].Name} / {_ways[way].Name}: {Median(0) / Median(way):0.00}"));
        }
    }

    public static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    public static TimeSpan Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }
}
