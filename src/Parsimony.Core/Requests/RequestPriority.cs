using System.Globalization;

namespace Parsimony;

/// <summary>
/// How soon a request is wanted beside others of the same tenant: a level of 0 (last) to 9 (first), as in message queues (JMS and AMQP 0-9-1 have the
/// same ten levels and the same middle). It moves nobody's deadline, and buys no faster service at the provider.
/// </summary>
public readonly record struct RequestPriority : IComparable<RequestPriority>
{
    private const int Middle = 4;

    // Counted from the middle, so that the default value is the normal priority.
    private readonly int _above;

    private RequestPriority(int level) => _above = level - Middle;

    /// <summary>Level 1: after everything else, but never for ever.</summary>
    public static RequestPriority Low { get; } = new(1);

    /// <summary>Level 4, what a request has that says nothing.</summary>
    public static RequestPriority Normal { get; } = new(Middle);

    /// <summary>Level 7.</summary>
    public static RequestPriority High { get; } = new(7);

    /// <summary>The level, 0-9.</summary>
    public int Level => Middle + _above;

    /// <summary>The priority of a level.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The level is not 0-9.</exception>
    public static RequestPriority Of(int level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 9);
        return new RequestPriority(level);
    }

    /// <summary>Reads <c>low</c>, <c>normal</c>, <c>high</c> or a level; false for anything else.</summary>
    public static bool TryParse(string? text, out RequestPriority priority)
    {
        var word = text?.Trim() ?? "";
        priority = word.ToUpperInvariant() switch
        {
            "LOW" => Low,
            "HIGH" => High,
            _ => Normal,
        };
        if (priority != Normal || string.Equals(word, "normal", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (word.Length != 1 || !char.IsAsciiDigit(word[0]))
        {
            return false;
        }

        priority = Of(word[0] - '0');
        return true;
    }

    /// <summary>Reads <c>low</c>, <c>normal</c>, <c>high</c> or a level.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static RequestPriority Parse(string text) =>
        TryParse(text, out var priority) ? priority : throw new FormatException($"'{text}' is not a priority. Write low, normal, high, or a level of 0 to 9.");

    /// <inheritdoc/>
    public int CompareTo(RequestPriority other) => _above.CompareTo(other._above);

    /// <summary>Whether the left one goes later.</summary>
    public static bool operator <(RequestPriority left, RequestPriority right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one goes later, or neither.</summary>
    public static bool operator <=(RequestPriority left, RequestPriority right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one goes first.</summary>
    public static bool operator >(RequestPriority left, RequestPriority right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one goes first, or neither.</summary>
    public static bool operator >=(RequestPriority left, RequestPriority right) => left.CompareTo(right) >= 0;

    /// <summary>The word, or the level where it has none.</summary>
    public override string ToString() =>
        this == Low ? "low" : this == Normal ? "normal" : this == High ? "high" : Level.ToString(CultureInfo.InvariantCulture);
}
