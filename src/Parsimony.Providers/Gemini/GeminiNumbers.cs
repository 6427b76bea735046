using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Whole numbers and times as proto JSON writes them: 64 bits as a string, times in RFC 3339, spans as <c>3.5s</c>.</summary>
internal static class GeminiNumbers
{
    /// <summary>A whole number, given as a number or as a string; null when it is neither.</summary>
    public static long? Whole(JsonElement parent, string name) =>
        parent.Count(name) ?? (long.TryParse(parent.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null);

    /// <summary>An instant; null when it is none.</summary>
    public static DateTimeOffset? Time(JsonElement parent, string name) =>
        DateTimeOffset.TryParse(parent.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>A span of seconds such as <c>34.07s</c>; null when it is none, or over an hour.</summary>
    public static TimeSpan? Span(string? text) =>
        text is [.. var seconds, 's'] && double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 3600
            ? TimeSpan.FromSeconds(number)
            : null;
}
