namespace Parsimony.Sandbox;

/// <summary>How fast sandbox time may run on this machine.</summary>
/// <remarks>
/// The host can wait no shorter than one tick of the machine's timers. A tick may last a sandbox minute at most, the pace at which batches
/// are polled; and above 10,000 a request's own handling time already counts in tens of sandbox seconds.
/// </remarks>
public static class SandboxSpeed
{
    /// <summary>The bound on every machine: a day in under nine seconds.</summary>
    public const double Largest = 10_000;

    private const int Probes = 9;

    // Below this speed a tick is far under a sandbox minute on any machine that runs at all, so nothing is measured.
    private const double AlwaysUsable = 100;

    private static readonly TimeSpan LongestTick = TimeSpan.FromMinutes(1);

    /// <summary>The largest usable speed: a sandbox minute over the shortest of nine measured timer ticks, at most <see cref="Largest"/>.</summary>
    /// <param name="real">The clock that will pace the sandbox.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public static async Task<double> MeasureLargestUsableAsync(TimeProvider real, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(real);
        // What a machine is busy with only adds to its tick: the shortest says most of the machine itself.
        var shortest = TimeSpan.MaxValue;
        for (var i = 0; i < Probes; i++)
        {
            var before = real.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(1), real, cancellationToken).ConfigureAwait(false);
            shortest = real.GetElapsedTime(before) is var tick && tick < shortest ? tick : shortest;
        }

        return shortest <= TimeSpan.Zero ? Largest : Math.Clamp(Math.Floor(LongestTick / shortest), AlwaysUsable, Largest);
    }

    internal static async Task CheckAsync(double speed, TimeProvider real, CancellationToken cancellationToken)
    {
        if (!(speed > 0) || !double.IsFinite(speed))
            throw new ArgumentException($"The sandbox speed must be a positive number; it was {speed}.", nameof(speed));
        if (speed <= AlwaysUsable)
            return;
        var largest = await MeasureLargestUsableAsync(real, cancellationToken).ConfigureAwait(false);
        if (speed > largest)
            throw new ArgumentException($"This machine cannot follow sandbox speed {speed}; the largest usable one is {largest}.", nameof(speed));
    }
}
