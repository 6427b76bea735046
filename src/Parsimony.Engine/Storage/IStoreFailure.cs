namespace Parsimony.Engine;

/// <summary>What a store throws, each a kind of its own, where the store cannot be reached, read or written.</summary>
internal interface IStoreFailure
{
    /// <summary>Whether the same call may succeed later: the server is starting, stopping, busy or cannot be reached, or there is no room.</summary>
    bool IsTransient { get; }
}
