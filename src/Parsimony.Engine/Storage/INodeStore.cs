namespace Parsimony.Engine;

/// <summary>The processes that run the engine on a store. It tells people who works, and measures clocks; nothing is decided by it: leases alone say who may write.</summary>
public interface INodeStore
{
    /// <summary>Notes that a node is there, with its state and the difference of its clock. A node that was forgotten is noted anew.</summary>
    /// <returns>The store's clock: on PostgreSQL the database's, on SQLite <paramref name="now"/>, since all share one machine.</returns>
    Task<DateTimeOffset> BeatAsync(Node node, DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>All nodes that were not forgotten, heard of last first.</summary>
    Task<IReadOnlyList<Node>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets nodes that were last heard of longer ago than this, by the store's clock.</summary>
    /// <returns>How many.</returns>
    Task<int> ForgetAsync(TimeSpan unseenFor, DateTimeOffset now, CancellationToken cancellationToken = default);
}
