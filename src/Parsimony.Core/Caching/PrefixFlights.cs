namespace Parsimony;

/// <summary>
/// Prefixes that a request under way is writing: an entry is readable only when its writer's answer has begun, so of many requests at once each would pay the write
/// or read nothing. Those that follow wait for the first. Thread safe.
/// </summary>
/// <param name="clock">Measures how long a follower waits.</param>
public sealed class PrefixFlights(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Task> _flights = [];

    /// <summary>Waits while another request is writing a beginning of this prompt; at once when none is.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="patience">How long it waits at most: then it goes by itself.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <returns>Whether it waited.</returns>
    public async ValueTask<bool> FollowAsync(PromptPrefix prompt, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var flight = WriterAsync(prompt);
        if (flight.IsCompleted || patience <= TimeSpan.Zero)
        {
            return false;
        }

        try
        {
            await flight.WaitAsync(patience, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // An answer that takes this long to begin is not worth waiting for.
        }

        return true;
    }

    /// <summary>Notes that a request is about to write beginnings of its prompt, but for those that another already does.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="depths">How many leading blocks each of them has.</param>
    /// <returns>To be disposed when its answer begins, or it failed: then those who wait go on.</returns>
    public IDisposable Lead(PromptPrefix prompt, IEnumerable<int> depths)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(depths);
        var flight = new Flight(this);
        var keys = prompt.Keys;
        lock (_lock)
        {
            foreach (var depth in depths)
            {
                if (depth >= 1 && depth <= keys.Length && _flights.TryAdd(keys[depth - 1], flight.Landed))
                {
                    flight.Keys.Add(keys[depth - 1]);
                }
            }
        }

        return flight;
    }

    private Task WriterAsync(PromptPrefix prompt)
    {
        var keys = prompt.Keys;
        lock (_lock)
        {
            if (_flights.Count > 0)
            {
                for (var depth = prompt.Count; depth >= 1; depth--)
                {
                    if (_flights.TryGetValue(keys[depth - 1], out var flight))
                    {
                        return flight;
                    }
                }
            }
        }

        return Task.CompletedTask;
    }

    private sealed class Flight(PrefixFlights flights) : IDisposable
    {
        private readonly TaskCompletionSource _landed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<ulong> Keys { get; } = [];

        public Task Landed => _landed.Task;

        public void Dispose()
        {
            if (_landed.TrySetResult())
            {
                lock (flights._lock)
                {
                    foreach (var key in Keys)
                    {
                        flights._flights.Remove(key);
                    }
                }
            }
        }
    }
}
