using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

internal sealed class SqliteNodeStore(SqliteDatabase database) : INodeStore
{
    public async Task<DateTimeOffset> BeatAsync(Node node, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await database.WriteAsync(
            Durability.Process,
            connection => connection.Use("SaveNode")
                .With(node.Owner).With(node.Version).With(node.StartedAt).With((long)node.State).With(node.Skew.Ticks).With(now).Run(),
            cancellationToken).ConfigureAwait(false);
        return now;
    }

    public Task<IReadOnlyList<Node>> ListAsync(CancellationToken cancellationToken = default) => database.ReadAsync<IReadOnlyList<Node>>(
        connection =>
        {
            using var row = connection.Use("ListNodes");
            var nodes = new List<Node>();
            while (row.Step())
            {
                nodes.Add(new Node
                {
                    Owner = row.Text(),
                    Version = row.Text(),
                    StartedAt = row.Time(),
                    SeenAt = row.Time(),
                    State = (NodeState)row.Int32(),
                    Skew = TimeSpan.FromTicks(row.Int64()),
                });
            }

            return nodes;
        },
        cancellationToken);

    public Task<int> ForgetAsync(TimeSpan unseenFor, DateTimeOffset now, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Process, connection => connection.Use("ForgetNodes").With(now - unseenFor).Run(), cancellationToken);
}
