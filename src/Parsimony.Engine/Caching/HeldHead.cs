namespace Parsimony.Engine;

/// <summary>A prompt's head that calls share, and the explicit cache that holds it, if any. Thread safe.</summary>
internal sealed class HeldHead(ModelId model, string hash, int tokens, ExplicitCacheWorth worth)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _restsUntil = DateTimeOffset.MinValue;
    private ExplicitCache? _cache;
    private bool _isBusy;

    /// <summary>What a call has to do first.</summary>
    internal enum Step
    {
        None,
        Create,
        Extend,
    }

    public ModelId Model { get; } = model;

    /// <summary>What the labels of its caches begin with: no word of the prompt.</summary>
    public string Label { get; } = $"parsimony-{hash}";

    /// <summary>Likely tokens. An estimate.</summary>
    public int Tokens { get; } = tokens;

    public DateTimeOffset LastSeen { get; private set; }

    public ExplicitCache? Cache
    {
        get
        {
            lock (_lock)
            {
                return _cache;
            }
        }
    }

    public TimeSpan Lifetime
    {
        get
        {
            lock (_lock)
            {
                return worth.Lifetime;
            }
        }
    }

    public void Seen(DateTimeOffset at)
    {
        lock (_lock)
        {
            LastSeen = at;
            worth.Seen(at);
        }
    }

    public void Sent(DateTimeOffset at, long read)
    {
        lock (_lock)
        {
            worth.Sent(at, read / (double)Tokens);
        }
    }

    /// <summary>What is to be done now. Until <see cref="Done"/> nobody else is told to.</summary>
    public Step Turn(DateTimeOffset at, ReuseHint reuse)
    {
        lock (_lock)
        {
            var step = _isBusy || at < _restsUntil ? Step.None
                : _cache is { ExpiresAt: { } until } && until > at ? worth.ShouldExtend(at, until) ? Step.Extend : Step.None
                : worth.ShouldCreate(at, reuse) ? Step.Create
                : Step.None;
            _isBusy |= step != Step.None;
            return step;
        }
    }

    public void Done()
    {
        lock (_lock)
        {
            _isBusy = false;
        }
    }

    public void Hold(ExplicitCache cache, DateTimeOffset at)
    {
        lock (_lock)
        {
            // A reply that does not say when it ends is taken for what was asked.
            _cache = cache with { ExpiresAt = cache.ExpiresAt ?? at + worth.Lifetime };
            worth.Renew();
        }
    }

    public void Forget(string name, DateTimeOffset restsUntil)
    {
        lock (_lock)
        {
            if (_cache?.Name == name)
            {
                (_cache, _restsUntil) = (null, restsUntil);
            }
        }
    }

    public void Pause(DateTimeOffset until)
    {
        lock (_lock)
        {
            _restsUntil = until;
        }
    }

    /// <summary>The cache that lives beyond an instant.</summary>
    public string? NameAt(DateTimeOffset at)
    {
        lock (_lock)
        {
            return _cache is { ExpiresAt: { } until } && until > at ? _cache.Name : null;
        }
    }
}
