namespace Parsimony.Engine;

/// <summary>The hit rate of the last calls that asked for caching, by number of requests. Thread safe.</summary>
/// <param name="threshold">Under this it is low; 0 never.</param>
internal sealed class HitRateWatch(double threshold)
{
    private const int Fewest = 20;
    private const int Most = 100;

    private readonly Lock _lock = new();
    private readonly Queue<bool> _calls = new();
    private int _hits;
    private bool _isLow;

    /// <summary>Notes a call.</summary>
    /// <returns>Rate and calls when the rate has just become low; else null.</returns>
    public (double Rate, int Calls)? Note(bool isHit)
    {
        lock (_lock)
        {
            _calls.Enqueue(isHit);
            _hits += isHit ? 1 : 0;
            if (_calls.Count > Most && _calls.Dequeue())
            {
                _hits--;
            }

            var rate = (double)_hits / _calls.Count;
            var wasLow = _isLow;
            _isLow = _calls.Count >= Fewest && rate < threshold;
            return _isLow && !wasLow ? (rate, _calls.Count) : null;
        }
    }
}
