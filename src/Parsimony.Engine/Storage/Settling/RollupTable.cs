using System.Runtime.InteropServices;

namespace Parsimony.Engine;

/// <summary>What one transaction changes in the roll-ups: summed in memory by minute, profile and route, written once per row.</summary>
internal sealed class RollupTable
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;

    private readonly Dictionary<(long Minute, long Profile, Route Route), RollupSums> _minutes = [];

    internal RollupSums Of(DateTimeOffset at, long profile, Route route)
    {
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_minutes, (at.ToUnixTimeMilliseconds() / Minute * Minute, profile, route), out _);
        return sums ??= new RollupSums();
    }

    /// <summary>All changed rows, of minutes and of hours, in the order of their key, and forgets them.</summary>
    internal List<(RollupKey Key, RollupSums Sums)> Take()
    {
        var rows = new List<(RollupKey Key, RollupSums Sums)>(2 * _minutes.Count);
        var hours = new Dictionary<(long, long, Route), RollupSums>();
        foreach (var (key, sums) in _minutes)
        {
            rows.Add((Key(RollupPeriod.Minute, key.Minute, key.Profile, key.Route), sums));
            var hour = key.Minute / Hour * Hour;
            ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(hours, (hour, key.Profile, key.Route), out var isThere);
            total ??= new RollupSums();
            total.Add(sums);
            if (!isThere)
            {
                rows.Add((Key(RollupPeriod.Hour, hour, key.Profile, key.Route), total));
            }
        }

        rows.Sort(static (one, other) => one.Key.CompareTo(other.Key));
        _minutes.Clear();
        return rows;
    }

    private static RollupKey Key(RollupPeriod period, long start, long profile, Route route) =>
        new(period, DateTimeOffset.FromUnixTimeMilliseconds(start), profile, route);
}

/// <summary>The key of a roll-up row.</summary>
internal readonly record struct RollupKey(RollupPeriod Period, DateTimeOffset Start, long Profile, Route Route) : IComparable<RollupKey>
{
    public int CompareTo(RollupKey other) =>
        (Period, Start, Profile, Route).CompareTo((other.Period, other.Start, other.Profile, other.Route));

    public static bool operator <(RollupKey left, RollupKey right) => left.CompareTo(right) < 0;

    public static bool operator >(RollupKey left, RollupKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(RollupKey left, RollupKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RollupKey left, RollupKey right) => left.CompareTo(right) >= 0;
}
