namespace Parsimony;

/// <summary>What may not be done with a request's data. Obeyed by every plan, and named in its reason.</summary>
public sealed record DataConstraints
{
    private readonly string? _region;

    /// <summary>No constraint.</summary>
    public static DataConstraints None { get; } = new();

    /// <summary><c>no_batch</c>: never through a batch API, where providers keep inputs and results for days.</summary>
    public bool NoBatch { get; init; }

    /// <summary><c>no_store</c>: nothing of it is written to the store but a ledger row without its content; so it is a plain call, and what must be durable refuses it.</summary>
    public bool NoStore { get; init; }

    /// <summary><c>region</c>: only through a connection that is configured for this region, in lower case; null for any.</summary>
    /// <exception cref="ArgumentException">The region is not 1 to 64 letters, digits and dashes.</exception>
    public string? Region
    {
        get => _region;
        init => _region = value is null || IsRegion(value)
            ? value?.ToLowerInvariant()
            : throw new ArgumentException($"'{value}' is not a region. Write one as the provider's configuration names it, for example eu.", nameof(value));
    }

    /// <summary>Whether there is none.</summary>
    public bool IsNone => this is { NoBatch: false, NoStore: false, Region: null };

    /// <summary>Reads constraints: <c>no_batch</c>, <c>no_store</c>, <c>region=eu</c>, separated by commas.</summary>
    /// <exception cref="FormatException">One of them is none of these, or two regions are named.</exception>
    public static DataConstraints Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var constraints = None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            constraints = constraints.And(ParseOne(word));
        }

        return constraints;
    }

    /// <summary>Both sets of constraints together.</summary>
    /// <exception cref="FormatException">They name different regions: no connection could serve both.</exception>
    public DataConstraints And(DataConstraints other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (IsNone || other.IsNone)
        {
            return IsNone ? other : this;
        }

        return Region is null || other.Region is null || Region == other.Region
            ? new DataConstraints { NoBatch = NoBatch || other.NoBatch, NoStore = NoStore || other.NoStore, Region = Region ?? other.Region }
            : throw new FormatException($"The constraints region={Region} and region={other.Region} contradict each other; leave one.");
    }

    /// <summary>As <see cref="Parse"/> reads them.</summary>
    public override string ToString()
    {
        string?[] words = [NoBatch ? "no_batch" : null, NoStore ? "no_store" : null, Region is null ? null : $"region={Region}"];
        return string.Join(',', words.Where(word => word is not null));
    }

    private static DataConstraints ParseOne(string word)
    {
        var (name, value) = word.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right) : (word, null);
        return (name.ToUpperInvariant(), value) switch
        {
            ("NO_BATCH", null) => new DataConstraints { NoBatch = true },
            ("NO_STORE", null) => new DataConstraints { NoStore = true },
            ("REGION", { } region) when IsRegion(region) => new DataConstraints { Region = region },
            _ => throw new FormatException($"'{word}' is not a constraint. Write no_batch, no_store or region=NAME."),
        };
    }

    private static bool IsRegion(string text) => text.Length is >= 1 and <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
}
