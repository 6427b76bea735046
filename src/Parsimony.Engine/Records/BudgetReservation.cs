namespace Parsimony.Engine;

/// <summary>What a live call made outside the engine may cost, held in its budgets until it is booked or known not to have been accepted.</summary>
public sealed record BudgetReservation
{
    /// <summary>The id the call will be booked under.</summary>
    public required RequestId Id { get; init; }

    /// <summary>The ledger scope it will be booked in.</summary>
    public required string Scope { get; init; }

    /// <summary>Whose it is.</summary>
    public required RequestProfile Profile { get; init; }

    /// <summary>Most it may cost, USD; null when its price is unknown.</summary>
    public decimal? BoundUsd { get; init; }

    /// <summary>When it was asked for: names its period.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>How long the call may take. Later it counts as made by a process that died, and as spent up to its bound.</summary>
    public required TimeSpan KeptFor { get; init; }
}

/// <summary>What became of a <see cref="BudgetReservation"/>.</summary>
/// <param name="IsHeld">Whether it was noted, and is to be booked or released; not when no budget is about it.</param>
/// <param name="Refusal">Why not, where a hard budget has no room for it.</param>
public readonly record struct ReservationResult(bool IsHeld, BudgetRefusal? Refusal);
