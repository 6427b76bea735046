using System.Globalization;
using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>How long a provider asks to wait: milliseconds header, seconds, or an HTTP date. What cannot be read, or is over an hour, is ignored.</summary>
internal static class RetryAfterReader
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var wait = Milliseconds(headers) ?? Standard(headers, now);
        return wait is { } span && span >= TimeSpan.Zero && span <= Longest ? span : null;
    }

    private static TimeSpan? Milliseconds(HttpResponseHeaders headers) =>
        headers.TryGetValues("retry-after-ms", out var values)
        && double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds is >= 0 and < 1e9
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    private static TimeSpan? Standard(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (!headers.TryGetValues("retry-after", out var values) || values.FirstOrDefault() is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e9)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date > now ? date - now : TimeSpan.Zero
            : null;
    }
}
