using System.Globalization;

namespace Parsimony.Sandbox.Model;

/// <summary>A provider that serves OpenAI's files and batches, with what it does its own way.</summary>
internal sealed record OpenAIShape
{
    /// <summary>The twin's name.</summary>
    public required string Name { get; init; }

    /// <summary>What stands before <c>/files</c> and the like.</summary>
    public string Root { get; init; } = "/v1";

    /// <summary>A header that may hold the key in place of <c>Authorization</c>; null for none.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>What keys that may read reports begin with; null when there are no reports.</summary>
    public string? AdminKeyPrefix { get; init; }

    public int MaxRequests { get; init; } = 50_000;

    public long MaxBytes { get; init; } = 200L * 1024 * 1024;

    /// <summary>Whether all lines must name one model.</summary>
    public bool OneModel { get; init; } = true;

    /// <summary>Prompt tokens that may wait per model.</summary>
    public Func<SandboxOptions, long> QueueTokens { get; init; } = static _ => long.MaxValue;

    /// <summary>Creates an hour; above it 429.</summary>
    public int MaxCreatesPerHour { get; init; } = int.MaxValue;

    /// <summary>The longest a <c>completion_window</c> can be; null for a word that is not taken.</summary>
    public Func<string, TimeSpan?> Window { get; init; } = static word => word == "24h" ? TimeSpan.FromHours(24) : null;

    /// <summary>Whether a batch that is late goes on until it is cancelled.</summary>
    public bool NeverExpires { get; init; }

    /// <summary>Whether a batch that ended well names an error file even when no line failed.</summary>
    public bool AlwaysHasErrorFile { get; init; }

    /// <summary>Whether a result line has an id of its own.</summary>
    public bool LinesHaveIds { get; init; } = true;

    /// <summary>How long uploads live unless told otherwise; null for ever.</summary>
    public TimeSpan? InputLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long results live unless told otherwise.</summary>
    public TimeSpan OutputLife { get; init; } = TimeSpan.FromDays(30);

    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The twin of this shape, with what it answers.</summary>
    public Twin Twin(params IReadOnlyList<Endpoint> endpoints) => new(
        Name, Root, endpoints, new OpenAIBatchHabits(this), (state, engine, twin) => new OpenAIApi(state, engine, twin, this));

    /// <summary>A window of hours or days: <c>24h</c>, <c>7d</c>.</summary>
    public static TimeSpan? Span(string word, TimeSpan least, TimeSpan most)
    {
        var unit = word.Length > 1 ? word[^1] : ' ';
        if (unit is not ('h' or 'd') || !int.TryParse(word.AsSpan(0, word.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var span = unit == 'h' ? TimeSpan.FromHours(number) : TimeSpan.FromDays(number);
        return span >= least && span <= most ? span : null;
    }
}
