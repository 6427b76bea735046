namespace Parsimony;

/// <summary>
/// Prefixes that a request under way is writing: an entry is readable only when its writer's answer has begun, so of many requests at once each would pay the write
/// or read nothing. Those that follow wait for the first. Thread safe.
/// </summary>
/// <param name="clock">Measures how long a follower waits.</param>
/// <param name="patience">How long it waits at most: then it goes by itself.</param>
public sealed class PrefixFlights(TimeProvider clock, TimeSpan patience)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, TaskCompletionSource> _flights = [];

    /// <summary>Waits while another request is writing a beginning of this prompt; at once when none is.</summary>
    /// <returns>Whether it waited: what can be read is to be looked at again.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async ValueTask<bool> FollowAsync(PromptPrefix prompt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var flight = WriterAsync(prompt);
        if (flight.IsCompleted)
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

    /// <summary>Notes that a request is about to write the first blocks of its prompt, unless another already does.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="depth">How many leading blocks it writes.</param>
    /// <returns>To be disposed when its answer begins, or it failed: then those who wait go on.</returns>
    public IDisposable Lead(PromptPrefix prompt, int depth)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var key = depth > 0 ? prompt.Keys[depth - 1] : 0;
        var flight = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            return depth > 0 && _flights.TryAdd(key, flight) ? new Flight(this, key, flight) : Flight.None;
        }
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
                        return flight.Task;
                    }
                }
            }
        }

        return Task.CompletedTask;
    }

    private sealed class Flight(PrefixFlights? flights, ulong key, TaskCompletionSource? landed) : IDisposable
    {
        public static Flight None { get; } = new(null, 0, null);

        public void Dispose()
        {
            if (flights is null || landed is null)
            {
                return;
            }

            lock (flights._lock)
            {
                if (flights._flights.TryGetValue(key, out var current) && ReferenceEquals(current, landed))
                {
                    flights._flights.Remove(key);
                }
            }

            landed.TrySetResult();
        }
    }
}
