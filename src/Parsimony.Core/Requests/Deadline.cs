using System.Globalization;
using System.Text.RegularExpressions;

namespace Parsimony;

/// <summary>Reads deadlines. A deadline is an instant, resolved once at the outermost call.</summary>
public static partial class Deadline
{
    /// <summary>Reads <c>90s</c>, <c>30m</c>, <c>6h</c>, <c>2d</c> or sums like <c>1h30m</c> (from now); <c>06:00</c> (the next such wall-clock time); or ISO 8601.</summary>
    /// <param name="text">The text.</param>
    /// <param name="now">The instant it is read at.</param>
    /// <param name="zone">The zone wall-clock times and ISO times without an offset are in.</param>
    /// <exception cref="FormatException">None of the forms, or not after <paramref name="now"/>; the message says which and what to write.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var trimmed = text.Trim();
        var instant = TryRelative(trimmed, now) ?? TryWallClock(trimmed, now, zone) ?? TryIso(trimmed, zone)
            ?? throw new FormatException($"'{text}' is not a deadline. Write 6h, 90m, 1h30m, 06:00 or an ISO 8601 time such as 2026-12-01T06:00:00Z.");
        return instant > now
            ? instant
            : throw new FormatException($"The deadline '{text}' is in the past ({instant:O}; it is now {now:O}).");
    }

    [GeneratedRegex(@"^(?:(?<d>\d{1,4})d)?(?:(?<h>\d{1,5})h)?(?:(?<m>\d{1,6})m)?(?:(?<s>\d{1,8})s)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Relative();

    private static DateTimeOffset? TryRelative(string text, DateTimeOffset now)
    {
        var match = Relative().Match(text);
        if (text.Length == 0 || !match.Success)
        {
            return null;
        }

        int Part(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;
        return now + new TimeSpan(Part("d"), Part("h"), Part("m"), Part("s"));
    }

    private static DateTimeOffset? TryWallClock(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (!TimeOnly.TryParseExact(text, ["H:mm", "HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return null;
        }

        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        var candidate = At(today, time, zone);
        return candidate > now ? candidate : At(today.AddDays(1), time, zone);
    }

    private static DateTimeOffset At(DateTime day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day + time.ToTimeSpan();
        // A wall-clock time the zone skips in spring is the first instant after the gap.
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static DateTimeOffset? TryIso(string text, TimeZoneInfo zone)
    {
        if (text.Length < 10 || !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed))
        {
            return null;
        }

        return parsed.Kind == DateTimeKind.Unspecified
            ? new DateTimeOffset(parsed, zone.GetUtcOffset(parsed))
            : new DateTimeOffset(parsed.ToUniversalTime(), TimeSpan.Zero);
    }
}
