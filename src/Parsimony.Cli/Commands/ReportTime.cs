using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Reads the times of reports: whole hours, because sums are kept by the hour.</summary>
internal static class ReportTime
{
    /// <summary>Reads <c>24h</c>, <c>7d</c> or <c>4w</c> (back from the end of this hour), or ISO 8601, UTC where no offset is given.</summary>
    /// <exception cref="UserException">None of these, or not a whole hour.</exception>
    public static DateTimeOffset Read(string option, string text, DateTimeOffset now)
    {
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && (text[^1] switch { 'h' => 1, 'd' => 24, 'w' => 24 * 7, _ => 0 }) is > 0 and var hours && count <= 1_000_000 / hours)
        {
            return LedgerReport.StartOf(ReportPeriod.Hour, now).AddHours(1 - (count * hours));
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) || text.Length < 8)
        {
            throw new UserException($"{option} {text}: write 24h, 7d, 4w or an ISO 8601 time such as 2026-11-01 or 2026-11-01T06:00Z.");
        }

        return at.UtcTicks % TimeSpan.TicksPerHour == 0
            ? at.ToUniversalTime()
            : throw new UserException($"{option} {text}: sums are kept by the hour; write a whole one.");
    }

    /// <summary>Reads <c>A..B</c>.</summary>
    /// <exception cref="UserException">It cannot be meant.</exception>
    public static ReportQuery ReadRange(string option, string text, DateTimeOffset now)
    {
        var parts = text.Split("..");
        if (parts.Length != 2)
        {
            throw new UserException($"{option} {text}: write two times, for example 2026-10-01..2026-11-01.");
        }

        var query = new ReportQuery { From = Read(option, parts[0], now), Until = Read(option, parts[1], now) };
        return query.Until > query.From ? query : throw new UserException($"{option} {text}: it ends before it begins.");
    }
}
