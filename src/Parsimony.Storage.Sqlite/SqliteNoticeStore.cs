using Parsimony.Engine;

namespace Parsimony.Storage.Sqlite;

/// <summary>A file tells nobody when another process wrote it: callers poll.</summary>
internal sealed class SqliteNoticeStore : INoticeStore
{
    public IAsyncEnumerable<StoreNotice> ListenAsync(CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<StoreNotice>();
}
