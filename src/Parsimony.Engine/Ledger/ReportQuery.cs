namespace Parsimony.Engine;

/// <summary>What a report tells apart in time. Periods begin at UTC; weeks on Mondays.</summary>
public enum ReportPeriod
{
    /// <summary>Everything in one.</summary>
    All,

    /// <summary>By the hour.</summary>
    Hour,

    /// <summary>By the day.</summary>
    Day,

    /// <summary>By the week, from Monday.</summary>
    Week,

    /// <summary>By the month.</summary>
    Month,
}

/// <summary>What a report can be grouped by.</summary>
public enum ReportDimension
{
    /// <summary>The provider.</summary>
    Provider,

    /// <summary>The model, with its provider.</summary>
    Model,

    /// <summary>Who pays.</summary>
    Tenant,

    /// <summary>The tenant's key, by its label.</summary>
    Key,

    /// <summary>The part of the application.</summary>
    Component,

    /// <summary>The agent.</summary>
    Agent,

    /// <summary>The session.</summary>
    Session,

    /// <summary>Each tag by itself: what has several is in several groups, so that groups add up to more than the total.</summary>
    Tag,

    /// <summary>All tags of a request together.</summary>
    Tags,

    /// <summary>The route: batch or live.</summary>
    Route,

    /// <summary>The credential's name.</summary>
    Credential,
}

/// <summary>What a report is asked for.</summary>
public sealed record ReportQuery
{
    /// <summary>How time is cut; not at all by default.</summary>
    public ReportPeriod By { get; init; }

    /// <summary>What is told apart; nothing by default.</summary>
    public IReadOnlyList<ReportDimension> Group { get; init; } = [];

    /// <summary>The first hour; the beginning of 1970 by default. A time within an hour begins with the next one.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>The first hour that is not in it any more; the year 9999 by default.</summary>
    public DateTimeOffset Until { get; init; } = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
