namespace Parsimony;

/// <summary>
/// Whether keeping one prompt's head at its provider pays, against what the provider's own caching finds. Learns from the calls it is told of; amounts are in units of what sending the
/// head once, uncached, costs. Not safe for several threads.
/// </summary>
/// <remarks>
/// A cache that is not made is reckoned with as if it were, and made once the calls have let go by what it would have cost: so it never loses more than was lost without it. With n
/// calls in H hours, input at p, reads at r p and storage at s an hour, keeping pays where n exceeds (1 + s H / p) / (1 - r).
/// </remarks>
/// <param name="readMultiplier">Price of a token read, in uncached input tokens.</param>
/// <param name="storagePerHour">Price of keeping a token for an hour, likewise.</param>
public sealed class ExplicitCacheWorth(double readMultiplier, double storagePerHour)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // A lifetime spans so many of the pauses between calls, so that one long pause does not end it.
    private const double Pauses = 4;
    private const double Fading = 0.8;
    private const double Margin = 1.1;

    private DateTimeOffset? _last;
    private double? _pause;
    private double _saving = 1 - readMultiplier;
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private double _balance = double.NegativeInfinity;
    private int _returns;

    /// <summary>How long a cache is made to live at a time, in whole minutes: from 5 minutes to an hour, by the pauses between calls.</summary>
    public TimeSpan Lifetime
    {
        get
        {
            var wanted = TimeSpan.FromMinutes(Math.Ceiling(Math.Min((_pause ?? 0) * Pauses / 60, Longest.TotalMinutes)));
            return wanted < Shortest ? Shortest : wanted;
        }
    }

    /// <summary>A call is about to be made.</summary>
    /// <param name="at">When.</param>
    public void Seen(DateTimeOffset at)
    {
        if (_last is { } last)
        {
            var pause = Math.Max(0, (at - last).TotalSeconds);
            _pause = _pause is { } known ? (Fading * known) + ((1 - Fading) * pause) : pause;
            _returns = at <= _until ? _returns + 1 : 0;
        }

        _last = at;
    }

    /// <summary>A call was answered without a cache of ours.</summary>
    /// <param name="at">When it was made.</param>
    /// <param name="found">Share of the head the provider read from a cache all the same, 0-1.</param>
    public void Sent(DateTimeOffset at, double found)
    {
        var saving = (1 - readMultiplier) * (1 - Math.Clamp(found, 0, 1));
        _saving = (Fading * _saving) + ((1 - Fading) * saving);
        if (at > _until)
        {
            _balance = -1 - Storage(Lifetime);
            _until = at + Lifetime;
            return;
        }

        _balance += saving;
        if (ShouldExtend(at, _until))
        {
            _balance -= Storage(Lifetime);
            _until += Lifetime;
        }
    }

    /// <summary>Whether to make a cache now.</summary>
    /// <param name="at">When.</param>
    /// <param name="hint">What is known of the prompt's future: what is shared is believed at its first return, what is alone is never kept.</param>
    public bool ShouldCreate(DateTimeOffset at, ReuseHint hint) =>
        hint != ReuseHint.Single && at <= _until && Pays() && (_balance >= 0 || (hint == ReuseHint.Shared && _returns > 0));

    /// <summary>Whether a cache of ours, which ends soon, is to live on.</summary>
    /// <param name="at">When.</param>
    /// <param name="until">When it ends.</param>
    public bool ShouldExtend(DateTimeOffset at, DateTimeOffset until) => until - at < Ending && Pays();

    /// <summary>A cache of ours was made, found or has ended: what is reckoned begins anew.</summary>
    public void Renew() => (_until, _balance, _returns) = (DateTimeOffset.MinValue, double.NegativeInfinity, 0);

    // The next call may come later than the last one did.
    private TimeSpan Ending => TimeSpan.FromSeconds(Math.Max(Lifetime.TotalSeconds / 4, 1.5 * Math.Min(_pause ?? 0, Longest.TotalSeconds)));

    // By the pauses between calls: what those of a lifetime save, against what keeping it costs.
    private bool Pays() => _pause is not { } pause || Lifetime.TotalSeconds / Math.Max(pause, 0.01) * _saving > Storage(Lifetime) * Margin;

    private double Storage(TimeSpan time) => storagePerHour * time.TotalHours;
}
