namespace Parsimony.Engine;

/// <summary>The store cannot be reached, read or written; the message says what to do about it. Each store has a kind of its own.</summary>
public abstract class StoreException : Exception
{
    /// <summary>A failure with what to do about it.</summary>
    protected StoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether the same call may succeed later: the server is starting, stopping, busy or cannot be reached, or there is no room. What was accepted before is kept.</summary>
    public bool IsTransient { get; protected init; }
}
