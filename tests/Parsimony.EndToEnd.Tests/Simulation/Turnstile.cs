namespace Parsimony.EndToEnd.Tests;

/// <summary>A crash of a simulated process: nothing it would have done afterwards happens.</summary>
internal sealed class SimulatedCrash() : Exception("The simulated process was killed.");

/// <summary>
/// Lets a schedule decide, at every effect of a simulated process, whether it goes on, waits or dies. Exactly one process runs at a time:
/// <see cref="Step"/> returns only when the process stands before its next effect or has finished its work.
/// </summary>
internal sealed class Turnstile
{
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Lock _lock = new();
    private TaskCompletionSource? _gate;
    private Task? _work;

    /// <summary>The effect the process stands before; null when it has finished its work.</summary>
    public string? Point { get; private set; }

    public bool IsDead { get; private set; }

    public bool IsIdle => _work is null or { IsCompleted: true };

    /// <summary>How the last work ended; rethrows what was neither a crash nor expected.</summary>
    public int Result => _work is Task<int> { IsCompletedSuccessfully: true } work ? work.Result : 0;

    public Exception? Fault => _work is { IsFaulted: true } && !IsDead ? _work.Exception?.GetBaseException() : null;

    /// <summary>Called by the process before and after each of its effects.</summary>
    public Task PassAsync(string point)
    {
        TaskCompletionSource gate;
        lock (_lock)
        {
            if (IsDead)
            {
                return Task.FromException(new SimulatedCrash());
            }

            gate = new TaskCompletionSource();
            _gate = gate;
            Point = point;
        }

        _arrived.Release();
        return gate.Task;
    }

    public void Start(Func<Task<int>> work, Action<TimeSpan> advance)
    {
        Point = null;
        _work = RunAsync(work);
        Await(advance);
    }

    /// <summary>Lets the process make its effect and run to the next.</summary>
    public void Step(Action<TimeSpan> advance)
    {
        var gate = Take();
        gate?.SetResult();
        Await(advance);
    }

    /// <summary>Kills the process where it stands.</summary>
    public void Kill(Action<TimeSpan> advance)
    {
        lock (_lock)
        {
            IsDead = true;
        }

        var gate = Take();
        if (gate is not null)
        {
            gate.SetException(new SimulatedCrash());
            Await(advance);
        }
    }

    private TaskCompletionSource? Take()
    {
        lock (_lock)
        {
            var gate = _gate;
            _gate = null;
            Point = null;
            return gate;
        }
    }

    private async Task<int> RunAsync(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        finally
        {
            _arrived.Release();
        }
    }

    /// <summary>Waits for the next effect or the end; a process that waits for its clock gets time.</summary>
    private void Await(Action<TimeSpan> advance)
    {
        while (!_arrived.Wait(TimeSpan.FromSeconds(2)))
        {
            advance(TimeSpan.FromSeconds(1));
        }
    }
}
