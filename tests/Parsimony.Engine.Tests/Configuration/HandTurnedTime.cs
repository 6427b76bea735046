namespace Parsimony.Engine.Tests;

/// <summary>A time provider whose only timer fires when told.</summary>
internal sealed class HandTurnedTime : TimeProvider
{
    private Action? _fire;

    public TimeSpan Period { get; private set; }

    public bool IsStopped => _fire is null;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Period = period;
        _fire = () => callback(state);
        return new Timer(this);
    }

    public void Tick() => _fire?.Invoke();

    private sealed class Timer(HandTurnedTime owner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => owner._fire = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
