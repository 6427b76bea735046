namespace Parsimony.EndToEnd.Tests;

/// <summary>A crash of a simulated process: nothing it would have done afterwards happens.</summary>
internal sealed class SimulatedCrash() : Exception("The simulated process was killed.");

/// <summary>Whom an effect is for.</summary>
internal enum EffectKind
{
    Store,
    Provider,

    /// <summary>None yet: it waits for its clock.</summary>
    Clock,
}

/// <summary>
/// Lets a schedule decide, at every effect of one stage of a simulated node, whether it goes on, waits or dies. Exactly one stage of one node runs at a time:
/// <see cref="Step"/> returns only when it stands before its next effect or has finished its work.
/// </summary>
/// <param name="name">Whose it is, for whoever reads that a stage hangs.</param>
internal sealed class Turnstile(string name)
{
    private static readonly AsyncLocal<Turnstile?> Running = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Lock _lock = new();
    private TaskCompletionSource? _gate;
    private string? _stage;
    private (TimeSpan Left, Action Wake)? _sleep;
    private bool _isLost;

    /// <summary>The turnstile of the stage that runs here.</summary>
    public static Turnstile Current => Running.Value ?? throw new InvalidOperationException("No simulated stage runs here.");

    /// <summary>The same; null where none runs.</summary>
    public static Turnstile? CurrentOrNone => Running.Value;

    /// <summary>The effect the stage stands before or after, or went on from last; null before its first.</summary>
    public string? Point { get; private set; }

    public EffectKind Kind { get; private set; }

    /// <summary>Whether it stands where money is at stake: something was claimed or intended, or a provider has just answered.</summary>
    public bool IsCritical { get; private set; }

    public bool IsDead { get; private set; }

    public bool IsIdle { get; private set; } = true;

    /// <summary>What the last work did; zero where it failed.</summary>
    public int Result { get; private set; }

    /// <summary>Why the last work failed; null where it did not, or was killed.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Called by the stage before and after each of its effects.</summary>
    public Task PassAsync(string point, EffectKind kind, bool isCritical = false)
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
            (Point, Kind, IsCritical) = (point, kind, isCritical);
        }

        _arrived.Release();
        return gate.Task;
    }

    /// <summary>Called for the stage when it waits for its clock: it is woken by its next step, which takes that long.</summary>
    public void Sleep(TimeSpan length, Action wake)
    {
        lock (_lock)
        {
            _sleep = (length, wake);
            (Point, Kind, IsCritical) = ("asleep", EffectKind.Clock, false);
        }

        _arrived.Release();
    }

    /// <summary>The call it stands before is lost, or its reply if it stands after one.</summary>
    public void Lose() => _isLost = true;

    /// <summary>Whether the call under way was to be lost.</summary>
    public bool TakeLoss()
    {
        var isLost = _isLost;
        _isLost = false;
        return isLost;
    }

    public void Start(string stage, Func<Task<int>> work, Action<TimeSpan> advance)
    {
        (_stage, Point, _isLost) = (stage, null, false);
        (IsIdle, Result, Fault) = (false, 0, null);
        Running.Value = this;
        _ = RunAsync(work);
        Running.Value = null;
        Await(advance);
    }

    /// <summary>Lets the stage make its effect and run to the next.</summary>
    public void Step(Action<TimeSpan> advance)
    {
        if (TakeSleep() is { } sleep)
        {
            advance(sleep.Left);
            sleep.Wake();
        }
        else
        {
            Take()?.SetResult();
        }

        Await(advance);
    }

    /// <summary>Kills the stage where it stands.</summary>
    public void Kill(Action<TimeSpan> advance)
    {
        lock (_lock)
        {
            IsDead = true;
        }

        // Who is killed asleep dies at its next effect.
        if (TakeSleep() is { } sleep)
        {
            sleep.Wake();
        }
        else if (Take() is { } gate)
        {
            gate.SetException(new SimulatedCrash());
        }
        else
        {
            return;
        }

        Await(advance);
    }

    private (TimeSpan Left, Action Wake)? TakeSleep()
    {
        lock (_lock)
        {
            var sleep = _sleep;
            _sleep = null;
            return sleep;
        }
    }

    private TaskCompletionSource? Take()
    {
        lock (_lock)
        {
            var gate = _gate;
            _gate = null;
            return gate;
        }
    }

    private async Task RunAsync(Func<Task<int>> work)
    {
        try
        {
            Result = await work();
        }
        catch (Exception exception)
        {
            Fault = IsDead ? null : exception;
        }

        // Said first: a stage may end on a thread of its own, and whoever was told of it but found it still under way would wait for a next effect that never comes.
        IsIdle = true;
        _arrived.Release();
    }

    /// <summary>Waits for the next effect or the end; a stage that waits for its clock gets time.</summary>
    private void Await(Action<TimeSpan> advance)
    {
        // Real time, and plenty: on a machine that is busy with other tests a stage may be kept from its processor for seconds.
        for (var waits = 0; !_arrived.Wait(TimeSpan.FromSeconds(30)); waits++)
        {
            if (waits > 3)
            {
                throw new InvalidOperationException(
                    $"A stage hangs: it neither comes to its next effect nor ends. {name} {_stage} after '{Point}' ({Kind}): idle {IsIdle}, dead {IsDead}, "
                    + $"at a gate {_gate is not null}, asleep {_sleep is not null}; {ThreadPool.ThreadCount} pool threads, {ThreadPool.PendingWorkItemCount} items waiting for one");
            }

            advance(TimeSpan.FromMinutes(5));
        }
    }
}
