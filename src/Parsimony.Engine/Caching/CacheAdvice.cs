namespace Parsimony.Engine;

/// <summary>What to ask of the prompt cache for one call, and what is expected of it.</summary>
/// <remarks>Other calls may be waiting for this one's answer to begin: say so, by <see cref="Began"/>, <see cref="Refused"/>, <see cref="Dispose"/> or settling it.</remarks>
public sealed class CacheAdvice : IDisposable
{
    private IDisposable? _flight;

    internal CacheAdvice(ModelCache cache, CachePlan plan, PromptPrefix prompt, double scale, IDisposable? flight)
    {
        (Cache, Plan, Prompt, Scale, _flight) = (cache, plan, prompt, scale, flight);
    }

    /// <summary>The model.</summary>
    public required ModelId Model { get; init; }

    /// <summary>What to ask.</summary>
    public required CacheControl Control { get; init; }

    /// <summary>What was taken for known of the prompt's future, whoever said it.</summary>
    public required ReuseHint Reuse { get; init; }

    /// <summary>What of it was said, by the call or its terms, and not inferred.</summary>
    internal ReuseHint Told { get; init; }

    /// <summary>Likely tokens of the prompt. An estimate.</summary>
    public int PromptTokens => Prompt.Tokens;

    /// <summary>Tokens that are expected to be read from the cache. An estimate.</summary>
    public int ExpectedRead => Prompt.TokensTo(Math.Min(Plan.Hit, Prompt.Count));

    /// <summary>Tokens that are expected to be written to it. An estimate.</summary>
    public int ExpectedWrite => Plan.Marks.Count == 0 ? 0 : Math.Max(0, Prompt.TokensTo(Math.Min(Plan.Marks[^1].Depth, Prompt.Count)) - ExpectedRead);

    /// <summary>The call is known not to have been accepted: nothing was read or written.</summary>
    public void Refused()
    {
        Cache.Refused(this);
        Dispose();
    }

    /// <summary>The answer has begun: what the call wrote can be read, and who waited for it goes on. May be said again.</summary>
    public void Began()
    {
        if (Interlocked.Exchange(ref _flight, null) is { } flight)
        {
            Cache.Began(this);
            flight.Dispose();
        }
    }

    /// <summary>The call is over, whatever came of it: nobody waits for it any more.</summary>
    public void Dispose() => Interlocked.Exchange(ref _flight, null)?.Dispose();

    /// <summary>Whether it asks for something to be kept or found, and not only declines.</summary>
    internal bool Asks => Control is { Marks.Count: > 0 } or { RoutingKey: not null };

    /// <summary>Whether the provider alone decides, by <see cref="CacheStrategy.Automatic"/>.</summary>
    internal bool IsAutomatic => Cache.IsAutomatic;

    internal ModelCache Cache { get; }

    internal CachePlan Plan { get; }

    internal PromptPrefix Prompt { get; }

    /// <summary>What a token of the estimate was taken to be.</summary>
    internal double Scale { get; }
}

/// <summary>What a planned call did with the cache, as the provider reported it.</summary>
/// <param name="Read">Tokens read from it.</param>
/// <param name="Written">Tokens written to it.</param>
/// <param name="SavedUsd">Plain price of the same tokens, less their cost: negative for a write nobody has read yet; null where a price is unknown.</param>
public readonly record struct CacheReading(long Read, long Written, decimal? SavedUsd);

/// <summary>How the planned calls of one model and one kind of reuse fared.</summary>
/// <param name="Model">The model.</param>
/// <param name="Reuse">What was taken for known of the prompts' future.</param>
/// <param name="Calls">Calls that were answered with usage.</param>
/// <param name="ExpectedHits">Those for which a read from the cache was expected.</param>
/// <param name="MeasuredHits">Those that read from it.</param>
/// <param name="RegretUsd">What an explicit lifetime has cost against the planner's own choice, by its own forecast of the cache; 0 without one.</param>
public sealed record CacheStanding(ModelId Model, ReuseHint Reuse, long Calls, long ExpectedHits, long MeasuredHits, decimal RegretUsd);
