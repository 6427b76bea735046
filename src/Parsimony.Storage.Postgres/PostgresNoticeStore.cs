using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Npgsql;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>LISTEN on a connection of its own. Through a transaction pooler nothing is ever heard; nobody relies on it.</summary>
internal sealed class PostgresNoticeStore(PostgresDatabase database) : INoticeStore
{
    // A connection that a network dropped without a word is only noticed by using it.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    public async IAsyncEnumerable<StoreNotice> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var connection = await HeedAsync(() => database.Source.OpenConnectionAsync(cancellationToken).AsTask()).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var heard = new ConcurrentQueue<StoreNotice>();
            connection.Notification += (_, notice) => heard.Enqueue(notice.Payload == "work" ? StoreNotice.Work : StoreNotice.Ended);
            await HeedAsync(() => RunAsync(connection, "Listen", cancellationToken)).ConfigureAwait(false);
            yield return StoreNotice.Listening;

            while (true)
            {
                if (!await HeedAsync(() => connection.WaitAsync(Quiet, cancellationToken)).ConfigureAwait(false))
                {
                    await HeedAsync(() => RunAsync(connection, "ReadNothing", cancellationToken)).ConfigureAwait(false);
                }

                // Many chunks may have been told of meanwhile: one look finds them all.
                var (ended, work) = (false, false);
                while (heard.TryDequeue(out var notice))
                {
                    ended |= notice == StoreNotice.Ended;
                    work |= notice == StoreNotice.Work;
                }

                if (ended)
                {
                    yield return StoreNotice.Ended;
                }

                if (work)
                {
                    yield return StoreNotice.Work;
                }
            }
        }
    }

    private async Task<int> RunAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken) =>
        await new Session(database, connection, leaseClock: null, cancellationToken).Use(statement).RunAsync(cancellationToken).ConfigureAwait(false);

    private async Task<T> HeedAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresStoreException.Of(exception, database.Source);
        }
    }
}
