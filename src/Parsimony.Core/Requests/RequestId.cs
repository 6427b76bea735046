using System.Diagnostics.CodeAnalysis;

namespace Parsimony;

/// <summary>The id of one accepted request: a UUID version 7, so ids sort by acceptance time.</summary>
/// <param name="Value">The 16 bytes.</param>
public readonly record struct RequestId(Guid Value) : IComparable<RequestId>
{
    /// <summary>Reads the 32 hexadecimal digits that <see cref="ToString"/> writes (dashes allowed).</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RequestId id)
    {
        var ok = Guid.TryParse(text, out var value);
        id = new RequestId(value);
        return ok;
    }

    /// <inheritdoc/>
    public int CompareTo(RequestId other) => Value.CompareTo(other.Value);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("n");

    /// <summary>Earlier id.</summary>
    public static bool operator <(RequestId left, RequestId right) => left.CompareTo(right) < 0;

    /// <summary>Later id.</summary>
    public static bool operator >(RequestId left, RequestId right) => left.CompareTo(right) > 0;

    /// <summary>Earlier id or the same.</summary>
    public static bool operator <=(RequestId left, RequestId right) => left.CompareTo(right) <= 0;

    /// <summary>Later id or the same.</summary>
    public static bool operator >=(RequestId left, RequestId right) => left.CompareTo(right) >= 0;
}
