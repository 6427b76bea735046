namespace Parsimony;

/// <summary>
/// Whether writing a kind of prefix pays here: what every promising write would have cost and saved, had it been made. Watching costs nothing, so nothing is
/// spent before the evidence is in.
/// </summary>
/// <param name="life">Life of an entry, in seconds.</param>
internal sealed class WriteEvidence(double life)
{
    // How many standard deviations the savings must exceed the costs by: a handful of lucky reads opens nothing.
    private const double Sureness = 5;
    private const int Parts = 16;

    private readonly Queue<(double At, double Cost)> _young = new();
    private readonly double[] _pauses = new double[Parts];
    private (double At, double Cost) _newest;
    private double _cost;
    private double _saved;
    private double _squares;
    private double _pausesSeen;

    /// <summary>A promising write.</summary>
    /// <param name="surcharge">What it would cost beyond sending plainly, in tokens.</param>
    /// <param name="now">Seconds.</param>
    public void Write(double surcharge, double now)
    {
        if (now - _newest.At > life / Parts)
        {
            _young.Enqueue(_newest);
            _newest = (now, 0);
        }

        _newest.Cost += surcharge;
    }

    /// <summary>A read of something written so.</summary>
    /// <param name="saving">Tokens saved.</param>
    /// <param name="pause">Seconds since it was written or read before.</param>
    public void Read(double saving, double pause)
    {
        _saved += saving;
        _squares += saving * saving;
        _pauses[Math.Clamp((int)(pause / life * Parts), 0, Parts - 1)]++;
        _pausesSeen++;
    }

    /// <summary>Whether writing has paid so far, beyond doubt.</summary>
    public bool Pays(double now) => _saved > 0 && _saved - (Sureness * Math.Sqrt(_squares)) >= Cost(now);

    /// <summary>Whether writing has not paid so far, by the entries that have ended.</summary>
    public bool Loses(double now)
    {
        Cost(now);
        return _saved < _cost;
    }

    /// <summary>What the writes cost. One whose entry still lives counts by the share of reuses that would have come by now.</summary>
    private double Cost(double now)
    {
        while (_young.TryPeek(out var oldest) && now - oldest.At > life)
        {
            _cost += _young.Dequeue().Cost;
        }

        var cost = _cost + (_newest.Cost * Come(now - _newest.At));
        foreach (var (at, surcharge) in _young)
        {
            cost += surcharge * Come(now - at);
        }

        return cost;
    }

    private double Come(double age)
    {
        // Before reuses were seen, they are taken to come evenly over an entry's life.
        const double Even = 4;
        var parts = Math.Min(Parts, age / life * Parts);
        var come = parts / Parts * Even;
        for (var part = 0; part < parts; part++)
        {
            come += _pauses[part] * Math.Min(1, parts - part);
        }

        return come / (_pausesSeen + Even);
    }
}
