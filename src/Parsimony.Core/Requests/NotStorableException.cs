namespace Parsimony;

/// <summary>A request cannot be written down as an envelope, so it can neither be queued nor batched. It can still be sent at once by a plain client.</summary>
public sealed class NotStorableException : Exception
{
    /// <summary>Says what cannot be stored and what to do instead.</summary>
    /// <param name="reason">What cannot be stored, as a sentence without its full stop.</param>
    /// <param name="advice">What to do instead, as a sentence.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public NotStorableException(string reason, string advice, Exception? inner = null)
        : base($"{reason}. {advice}", inner) => Reason = reason;

    /// <summary>What cannot be stored; never contains the request's content.</summary>
    public string Reason { get; }
}
