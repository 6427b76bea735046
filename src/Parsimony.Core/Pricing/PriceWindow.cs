namespace Parsimony;

/// <summary>A model's prices between two times of each day (UTC); the end is not included, and may lie on the next day.</summary>
internal sealed record PriceWindow(TimeOnly From, TimeOnly Until, PriceRow Row)
{
    /// <summary>For a cost's source: <c>16:30-00:30Z</c>.</summary>
    public string Hours { get; } = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{From:HH:mm}-{Until:HH:mm}Z");

    public bool Holds(TimeOnly time) => time.IsBetween(From, Until);

    public bool Meets(PriceWindow other) => Holds(other.From) || other.Holds(From);
}
