namespace Parsimony.Kill;

/// <summary>The system's clock, but that it can be moved forward: what paces a sandbox whose providers' windows have to pass.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _ahead;

    public override long TimestampFrequency => System.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + System.GetElapsedTime(0, Interlocked.Read(ref _ahead));

    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _ahead);

    /// <summary>Moves it forward; timers that are waiting keep their time.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));
}
