namespace Parsimony.Engine;

/// <summary>Notices from other processes: a hint to look now. None may be relied on: polling is the floor.</summary>
public interface INoticeStore
{
    /// <summary>
    /// Notices as they come, one per chunk of work, until cancelled. Ends at once where the store gives none (SQLite, a transaction pooler in between);
    /// throws when the connection is lost, after which notices may have been missed.
    /// </summary>
    IAsyncEnumerable<StoreNotice> ListenAsync(CancellationToken cancellationToken = default);
}

/// <summary>What a notice says.</summary>
public enum StoreNotice
{
    /// <summary>Listening began: what happened before was not told.</summary>
    Listening,

    /// <summary>Requests ended.</summary>
    Ended,

    /// <summary>There is new work.</summary>
    Work,
}
