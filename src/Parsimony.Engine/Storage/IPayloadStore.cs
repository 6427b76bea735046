namespace Parsimony.Engine;

/// <summary>Prompts and answers as such: under which key they are kept, their erasure, and what of them was left at providers.</summary>
public interface IPayloadStore
{
    /// <summary>How many payload pages there are under each key, plain ones among them.</summary>
    Task<IReadOnlyList<ProtectedPages>> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes a page of payload pages that are not under the current key anew under it (plain, when there is none). Safe to stop and repeat.</summary>
    /// <param name="after">Where the last call came to; null to begin.</param>
    /// <param name="max">Most pages.</param>
    /// <param name="cancellationToken">Gives up between pages.</param>
    /// <exception cref="PayloadProtectionException">A page's key is not there, or it was changed.</exception>
    Task<RewrapResult> RewrapAsync(string? after, int max, CancellationToken cancellationToken = default);

    /// <summary>Records an erasure; what it is about is erased by <see cref="EraseAsync"/>. The same subject again joins one that has not ended.</summary>
    Task<Erasure> BeginErasureAsync(ErasureSubject kind, string subject, string requestedBy, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>
    /// Erases the payloads of the next page of an erasure's requests, for good: open ones are cancelled first, or marked where a provider works on them. Rows,
    /// counts and money stay. Safe to stop and repeat.
    /// </summary>
    /// <returns>The record as it is now; its <see cref="Erasure.FinishedAt"/> is set after the last page. Null when there is none of this number.</returns>
    Task<Erasure?> EraseAsync(long erasure, int max, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Erasures, newest first.</summary>
    Task<IReadOnlyList<Erasure>> ListErasuresAsync(bool onlyOpen, int max, CancellationToken cancellationToken = default);

    /// <summary>Files uploaded to providers that no batch names any more: a page of those due for deletion.</summary>
    Task<IReadOnlyList<Leftover>> ReadLeftoversAsync(int max, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Notes that such a file is gone, or not to be tried before a time.</summary>
    Task MarkLeftoverAsync(long id, bool isDone, DateTimeOffset notBefore, CancellationToken cancellationToken = default);
}

/// <summary>Payload pages under one key.</summary>
/// <param name="KeyId">The key's id; null for plain ones.</param>
/// <param name="Pages">How many.</param>
public sealed record ProtectedPages(string? KeyId, long Pages);

/// <summary>What a page of rewrapping did.</summary>
/// <param name="Rewritten">Pages written anew.</param>
/// <param name="Next">Where to go on; null when all pages are under the current key.</param>
public sealed record RewrapResult(int Rewritten, string? Next);

/// <summary>Whose payloads an erasure is about.</summary>
public enum ErasureSubject
{
    /// <summary>All requests of a tenant.</summary>
    Tenant,

    /// <summary>All requests of a session.</summary>
    Session,

    /// <summary>All requests of a run or other scope.</summary>
    Run,

    /// <summary>One request, by its id.</summary>
    Request,
}

/// <summary>The record of an erasure: who asked for what and when, by names and ids alone.</summary>
public sealed record Erasure
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>What <see cref="Subject"/> names.</summary>
    public required ErasureSubject Kind { get; init; }

    /// <summary>The tenant, session, run or request id.</summary>
    public required string Subject { get; init; }

    /// <summary>Who asked.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When; requests accepted later are not meant.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Requests whose payloads were erased so far.</summary>
    public long Requests { get; init; }

    /// <summary>Of them cancelled, because they were open.</summary>
    public long Cancelled { get; init; }

    /// <summary>Of them with a provider: they end as cancelled there, or their answer is booked and not stored.</summary>
    public long Marked { get; init; }

    /// <summary>When the last was erased; null while some are left.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>A file at a provider that no batch names any more.</summary>
public sealed record Leftover(long Id, ProviderId Provider, string Credential, string Reference);
