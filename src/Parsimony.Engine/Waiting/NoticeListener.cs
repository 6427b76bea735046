namespace Parsimony.Engine;

/// <summary>Passes the store's notices on to this process, from the first time somebody can use them. A lost connection is made again; where the store gives none, it rests.</summary>
internal sealed class NoticeListener(IEngineStore store, EngineSignals signals, TimeProvider clock, Func<int, TimeSpan> backoff) : IDisposable
{
    private readonly CancellationTokenSource _disposed = new();
    private int _isStarted;
    private int _isDisposed;

    internal void Start()
    {
        if (Volatile.Read(ref _isDisposed) == 0 && Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            _ = ListenAsync(_disposed.Token);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _disposed.Cancel();
            _disposed.Dispose();
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                await foreach (var notice in store.Notices.ListenAsync(cancellationToken).ConfigureAwait(false))
                {
                    failures = 0;
                    Pass(notice);
                }

                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // Callers and stages poll meanwhile; those that need the store find out themselves, and say so.
                failures++;
            }

            try
            {
                await Task.Delay(backoff(failures), clock, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Pass(StoreNotice notice)
    {
        switch (notice)
        {
            case StoreNotice.Ended:
                signals.RaiseEndedElsewhere();
                break;
            case StoreNotice.Work:
                signals.Wake();
                break;
            case StoreNotice.Listening:
                // What was missed may be either.
                signals.RaiseEndedElsewhere();
                signals.Wake();
                break;
        }
    }
}
