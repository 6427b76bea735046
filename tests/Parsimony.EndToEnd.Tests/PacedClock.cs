using Parsimony.Testing;

namespace Parsimony.EndToEnd.Tests;

/// <summary>
/// Time that runs many times faster than the machine's, in ticks that this process must make itself: where it gets no processor, or is stopped for a while, its time waits with it.
/// So no lease ends and no patience runs out because the machine has others to serve.
/// </summary>
internal sealed class PacedClock : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly ManualClock _clock;
    private readonly Task _ticking;

    /// <summary>Starts it.</summary>
    /// <param name="start">What time it is.</param>
    /// <param name="speed">How many times faster it runs on a machine that has time.</param>
    public PacedClock(DateTimeOffset start, double speed)
    {
        _clock = new ManualClock(start);
        _ticking = Task.Run(() => RunAsync(Tick * speed));
    }

    public TimeProvider Time => _clock;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking;
        _stop.Dispose();
    }

    private async Task RunAsync(TimeSpan step)
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(Tick, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _clock.Advance(step);
        }
    }
}
