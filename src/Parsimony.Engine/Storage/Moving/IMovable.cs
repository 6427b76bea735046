namespace Parsimony.Engine;

/// <summary>A store whose content can be exported to another, or imported from one.</summary>
internal interface IMovable
{
    /// <summary>
    /// Marks the store as moved, unless an engine runs on it: from then on every change of it is refused, by the database itself and whoever has it open, until
    /// <see cref="ReleaseAsync"/>. False: an engine runs.
    /// </summary>
    Task<bool> FreezeAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes the mark back. False when there was none.</summary>
    Task<bool> ReleaseAsync(CancellationToken cancellationToken);

    /// <summary>When the store was marked; null when it was not.</summary>
    Task<DateTimeOffset?> FindFrozenAsync(CancellationToken cancellationToken);

    /// <summary>Reads the store as it is at one moment, until disposed.</summary>
    /// <param name="onlyEnded">Whether open work is left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IMoveSource> OpenSourceAsync(bool onlyEnded, CancellationToken cancellationToken);

    /// <summary>Runs an import in one transaction: all of it, or nothing.</summary>
    Task ImportAsync(Func<IMoveTarget, Task> import, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>A store being exported.</summary>
internal interface IMoveSource : IAsyncDisposable
{
    /// <summary>The rows of a noun, by key. A row's values stand in the order of the noun's columns.</summary>
    IAsyncEnumerable<object?[]> ReadAsync(MovedNoun noun, CancellationToken cancellationToken);
}

/// <summary>A store being imported into.</summary>
internal interface IMoveTarget
{
    /// <summary>Rows of all exported tables.</summary>
    Task<IReadOnlyDictionary<string, long>> CountAsync();

    /// <summary>Adds rows.</summary>
    Task AddAsync(MovedNoun noun, IReadOnlyList<object?[]> rows);

    /// <summary>Makes anew what is not exported: counters, sequences.</summary>
    Task FinishAsync();
}
