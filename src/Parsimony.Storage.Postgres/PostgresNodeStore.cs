using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresNodeStore(PostgresDatabase database) : INodeStore
{
    public Task<DateTimeOffset> BeatAsync(Node node, DateTimeOffset now, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Server,
        session => session.Use("SaveNode")
            .With(node.Owner).With(node.Version).With(node.StartedAt).With((int)node.State).With(node.Skew.Ticks).With(session.NodesNow(now))
            .FirstAsync(static row => row.Time(), session.Cancellation),
        cancellationToken);

    public Task<IReadOnlyList<Node>> ListAsync(CancellationToken cancellationToken = default) => database.ReadAsync<IReadOnlyList<Node>>(
        async session => await session.Use("ListNodes").ListAsync(
            static row => new Node
            {
                Owner = row.Text(),
                Version = row.Text(),
                StartedAt = row.Time(),
                SeenAt = row.Time(),
                State = (NodeState)row.Int32(),
                Skew = TimeSpan.FromTicks(row.Int64()),
            },
            session.Cancellation).ConfigureAwait(false),
        cancellationToken);

    public Task<int> ForgetAsync(TimeSpan unseenFor, DateTimeOffset now, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Server, session => session.Use("ForgetNodes").With(session.NodesNow(now)).With(unseenFor).RunAsync(session.Cancellation), cancellationToken);
}
