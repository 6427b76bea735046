using System.Globalization;
using System.Text;

namespace Parsimony.Sandbox.Model;

/// <summary>The days one page of a report is about, whole ones, and where the next page begins.</summary>
internal sealed record ReportWindow(IReadOnlyList<DateTimeOffset> Days, string? NextPage)
{
    private const int DefaultDays = 7;

    /// <summary>Reads what a call asks for; null when it cannot be meant.</summary>
    /// <param name="call">The call.</param>
    /// <param name="first">Name of the first instant, a time of RFC 3339 or seconds of Unix; required.</param>
    /// <param name="last">Name of the instant it ends before; now when left out.</param>
    /// <param name="most">Most days of a page.</param>
    public static ReportWindow? Read(Call call, string first, string last, int most)
    {
        if (Instant(call.Query(first)) is not { } from || call.Query("bucket_width") is { } width && width != "1d")
            return null;
        var until = call.Query(last) is { } text ? Instant(text) : call.Now;
        if (until is not { } end || end <= from)
            return null;
        var start = call.Query("page") is { } page ? Start(page) : Day(from);
        if (start is not { } day)
            return null;
        var limit = call.Limit(DefaultDays, most);
        var days = new List<DateTimeOffset>();
        for (; day < end && days.Count < limit; day = day.AddDays(1))
            days.Add(day);
        return new ReportWindow(days, day < end ? Page(day) : null);
    }

    public static DateTimeOffset Day(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Page(DateTimeOffset day) => "page_" + Convert.ToBase64String(Encoding.ASCII.GetBytes(Text(day)));

    private static DateTimeOffset? Start(string page)
    {
        try
        {
            return page.StartsWith("page_", StringComparison.Ordinal) ? Instant(Encoding.ASCII.GetString(Convert.FromBase64String(page[5..]))) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Instant(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
