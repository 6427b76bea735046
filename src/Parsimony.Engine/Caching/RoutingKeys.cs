using System.Globalization;

namespace Parsimony.Engine;

/// <summary>
/// Keys that send prompts of one beginning to the same machines. A machine takes about 15 requests a minute of one key
/// (https://developers.openai.com/api/docs/guides/prompt-caching, stamped 2026-10-02, read 2026-11-20), so a busier beginning gets more keys, each conversation always the
/// same one. Not safe for several threads.
/// </summary>
internal sealed class RoutingKeys
{
    private const double PerMinute = 15;
    private const int MostBeginnings = 10_000;

    // How long ago a request counts for a third: rates are smoothed over so many minutes.
    private const double Smoothing = 3;

    private readonly Dictionary<ulong, Beginning> _beginnings = [];

    /// <summary>The key of a prompt.</summary>
    /// <param name="beginning">Hash of what it shares with others.</param>
    /// <param name="conversation">Hash of what it has alone among them, the same as the conversation goes on.</param>
    /// <param name="now">When.</param>
    public string Of(ulong beginning, ulong conversation, DateTimeOffset now)
    {
        if (!_beginnings.TryGetValue(beginning, out var seen))
        {
            MakeRoom();
        }

        var minutes = Math.Max(0, (now - seen.At).TotalMinutes);
        var weight = seen.Keys == 0 ? 1 : (seen.Weight * Math.Exp(-minutes / Smoothing)) + 1;
        var rate = weight / Smoothing;
        var wanted = Math.Max(1, (int)Math.Ceiling(rate / PerMinute));
        // Fewer keys only when the rate has clearly fallen: each change leaves entries behind.
        var keys = wanted > seen.Keys ? wanted : rate < 0.7 * PerMinute * (seen.Keys - 1) ? Math.Max(1, seen.Keys - 1) : seen.Keys;
        _beginnings[beginning] = new Beginning(now, weight, keys);
        return string.Create(CultureInfo.InvariantCulture, $"p{beginning:x16}-{Place(conversation, keys)}");
    }

    // Consistent: with one key more, only that one's share of the conversations moves.
    private static int Place(ulong conversation, int keys)
    {
        var (best, place) = (0UL, 0);
        for (var key = 0; key < keys; key++)
        {
            var score = Mixed(conversation ^ Mixed((ulong)key + 1));
            if (score >= best)
            {
                (best, place) = (score, key);
            }
        }

        return place;
    }

    private static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private void MakeRoom()
    {
        if (_beginnings.Count < MostBeginnings)
        {
            return;
        }

        foreach (var old in _beginnings.OrderBy(entry => entry.Value.At).Take(MostBeginnings / 4).Select(entry => entry.Key).ToArray())
        {
            _beginnings.Remove(old);
        }
    }

    private readonly record struct Beginning(DateTimeOffset At, double Weight, int Keys);
}
