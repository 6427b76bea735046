namespace Parsimony.Engine;

/// <summary>A scope's totals (a run, or an idempotency owner), kept up to date in the same transactions that change them.</summary>
public sealed record ScopeTotals
{
    /// <summary>Its name.</summary>
    public required string Scope { get; init; }

    /// <summary>Requests accepted.</summary>
    public long Total { get; init; }

    /// <summary>Of them answered.</summary>
    public long Answered { get; init; }

    /// <summary>Of them failed.</summary>
    public long Failed { get; init; }

    /// <summary>Of them expired.</summary>
    public long Expired { get; init; }

    /// <summary>Of them cancelled.</summary>
    public long Cancelled { get; init; }

    /// <summary>Of them waiting for the cost limit.</summary>
    public long Held { get; init; }

    /// <summary>Known cost so far, USD.</summary>
    public decimal SpentUsd { get; init; }

    /// <summary>Upper bounds of attempts booked with unknown cost, USD.</summary>
    public decimal UnknownBoundUsd { get; init; }

    /// <summary>Upper bounds of what is under way, USD: attempts admitted and not settled.</summary>
    public decimal ReservedUsd { get; init; }

    /// <summary>The cost limit, USD; null for none.</summary>
    public decimal? MaxCostUsd { get; init; }

    /// <summary>Requests not ended yet.</summary>
    public long Open => Total - Answered - Failed - Expired - Cancelled;
}

/// <summary>One row of a run's input, in input order.</summary>
/// <param name="Position">Position in the run, from 0; samples of a line follow each other.</param>
/// <param name="ItemId">The input's id.</param>
/// <param name="Line">The input's line number, from 1 (for a folder: the file's number).</param>
/// <param name="Sample">Which sample of the line, from 0.</param>
/// <param name="Sequence">The request.</param>
public readonly record struct RunItem(long Position, string ItemId, long Line, int Sample, long Sequence);
