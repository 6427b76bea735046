using System.Diagnostics;
using System.Globalization;

namespace Parsimony.Bench;

/// <summary>Works of microseconds, each repeated many times and measured in turns.</summary>
internal static class ShortWorks
{
    /// <summary>Runs all works in turns, after two rounds that are not counted, and prints the middle of each.</summary>
    /// <returns>The middle of each work's times, microseconds.</returns>
    public static double[] Measure(IReadOnlyList<(string Name, Action Work)> works, int rounds, int runs)
    {
        var times = works.Select(_ => new List<double>()).ToArray();
        for (var run = -2; run < runs; run++)
        {
            for (var way = 0; way < works.Count; way++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < rounds; i++)
                {
                    works[way].Work();
                }

                if (run >= 0)
                {
                    times[way].Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / rounds);
                }
            }
        }

        double[] middles = [.. times.Select(Comparison.Middle)];
        for (var way = 0; way < works.Count; way++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {works[way].Name,-42} {middles[way],7:0.00} us"));
        }

        return middles;
    }
}
