using Parsimony.Storage.Postgres;

namespace Parsimony.Cli;

/// <summary>Waits for a database that is gone for a while, and says so once: what was accepted is in it, and the work goes on when it is back.</summary>
internal sealed class StorePatience(Terminal terminal, TimeProvider real)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Does what may be done twice, again and again until the store is there for it.</summary>
    public async Task<T> HoldAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        long? since = null;
        while (true)
        {
            try
            {
                var result = await work().ConfigureAwait(false);
                if (since is { } began)
                {
                    terminal.Note($"The store is back after {real.GetElapsedTime(began):h\\:mm\\:ss}; the run goes on.");
                }

                return result;
            }
            catch (PostgresStoreException exception) when (exception.IsTransient)
            {
                if (since is null)
                {
                    since = real.GetTimestamp();
                    terminal.Note($"The store does not answer; this run waits for it. {exception.Message}");
                }
            }

            await Task.Delay(Pause, real, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>As <see cref="HoldAsync{T}"/>, for what has no result.</summary>
    public Task HoldAsync(Func<Task> work, CancellationToken cancellationToken) => HoldAsync(
        async () =>
        {
            await work().ConfigureAwait(false);
            return true;
        },
        cancellationToken);
}
