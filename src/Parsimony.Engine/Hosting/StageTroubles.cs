namespace Parsimony.Engine;

/// <summary>Which stages fail, and why: where the store is gone or the disk is full all of them fail, and one message is enough. Thread safe.</summary>
internal sealed class StageTroubles
{
    // A stage that finds nothing to do has not shown that it works; one that fails no more for so long has.
    private static readonly TimeSpan Over = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<IStage, (string Reason, DateTimeOffset At)> _failing = [];

    /// <summary>Notes that a stage failed.</summary>
    /// <returns>Whether it is news: no stage fails for the same reason at the moment.</returns>
    internal bool Begin(IStage stage, Exception failure, DateTimeOffset now)
    {
        // A server that goes and comes says so in many ways.
        var reason = failure is IStoreFailure { IsTransient: true } ? nameof(IStoreFailure) : failure.Message;
        lock (_lock)
        {
            var isNews = !_failing.Values.Any(trouble => trouble.Reason == reason);
            _failing[stage] = (reason, now);
            return isNews;
        }
    }

    /// <summary>Notes that a stage did its work.</summary>
    internal void End(IStage stage, int done, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_failing.TryGetValue(stage, out var trouble) && (done > 0 || now - trouble.At > Over))
            {
                _failing.Remove(stage);
            }
        }
    }
}
