namespace Parsimony;

/// <summary>
/// Prefixes that a request under way is writing: an entry is readable only when its writer's answer has begun, so of many requests at once each would pay the write
/// or read nothing. Those that follow wait for the first. Thread safe.
/// </summary>
public sealed class PrefixFlights
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Task> _flights = [];

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

    /// <summary>Finds the request that is writing the most of this prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="begun">Ends when it has begun to be answered, or failed.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(PromptPrefix prompt, out Task begun)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var keys = prompt.Keys;
        lock (_lock)
        {
            for (var depth = _flights.Count > 0 ? prompt.Count : 0; depth >= 1; depth--)
            {
                if (_flights.TryGetValue(keys[depth - 1], out var flight) && !flight.IsCompleted)
                {
                    begun = flight;
                    return true;
                }
            }
        }

        begun = Task.CompletedTask;
        return false;
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
