using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>What was seen of one simulated provider: the newest of each kind, as the engine reads them, and what still runs.</summary>
internal sealed class SeenTimes
{
    private readonly Dictionary<ObservationKind, Queue<Observation>> _kinds = [];

    /// <summary>When the batches began that still run.</summary>
    public List<DateTimeOffset> Running { get; } = [];

    public void Add(Observation observation, DateTimeOffset began)
    {
        var queue = Of(observation.Kind);
        queue.Enqueue(observation);
        if (queue.Count > ProviderTimes.Looked)
        {
            queue.Dequeue();
        }

        if (observation.Kind is ObservationKind.BatchCompletion or ObservationKind.BatchCut)
        {
            Running.Remove(began);
        }
    }

    public TimesSeen At(DateTimeOffset now) => new()
    {
        Completed = [.. Of(ObservationKind.BatchCompletion)],
        Cuts =
        [
            .. Of(ObservationKind.BatchCut),
            .. Running.Select(began => new Observation(ObservationKind.BatchCut, ProviderId.OpenAI, "simulated", 100, now - began, now)),
        ],
        Cancels = [.. Of(ObservationKind.BatchCancel)],
        Live = [.. Of(ObservationKind.LiveCall)],
        Running = [],
    };

    private Queue<Observation> Of(ObservationKind kind)
    {
        if (!_kinds.TryGetValue(kind, out var queue))
        {
            _kinds[kind] = queue = [];
        }

        return queue;
    }
}
