using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>A provider that serves OpenAI's files and batches, with what it does its own way.</summary>
internal sealed record OpenAIShape
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>The twin's name.</summary>
    public required string Name { get; init; }

    /// <summary>What stands before <c>/files</c> and the like.</summary>
    public string Root { get; init; } = "/v1";

    /// <summary>An older root where the same is served, and where the path may name the model: <c>/deployments/{model}/chat/completions</c>; null for none.</summary>
    public string? ClassicRoot { get; init; }

    /// <summary>What its official client takes behind the root of the host; null for <see cref="Root"/>.</summary>
    public string? ClientPath { get; init; }

    /// <summary>A header that may hold the key in place of <c>Authorization</c>; null for none.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>What keys that may read reports begin with; null when there are no reports.</summary>
    public string? AdminKeyPrefix { get; init; }

    public int MaxRequests { get; init; } = 50_000;

    public long MaxBytes { get; init; } = 200L * 1024 * 1024;

    /// <summary>Where uploads go, below the root.</summary>
    public IReadOnlyList<string> UploadPath { get; init; } = ["files"];

    /// <summary>What an upload for a batch is for.</summary>
    public string Purpose { get; init; } = "batch";

    /// <summary>Whether a line must say method and url.</summary>
    public bool NamesUrl { get; init; } = true;

    /// <summary>Whether input may lie in Azure's blobs, and results go there.</summary>
    public bool TakesBlobs { get; init; }

    /// <summary>Whether an upload is <c>pending</c> for some seconds before a batch can be made of it.</summary>
    public bool FilesSettle { get; init; }

    /// <summary>Endpoints that take no batch.</summary>
    public IReadOnlyList<string> Unbatched { get; init; } = [];

    /// <summary>Whether a full queue is told by the create (400), not by a batch that fails.</summary>
    public bool RefusesFullQueueAtCreate { get; init; }

    /// <summary>How a batch is shown.</summary>
    public Action<Utf8JsonWriter, BatchState, Bill, DateTimeOffset> WriteBatch { get; init; } = OpenAIWire.WriteBatch;

    /// <summary>The member a create's reply wraps the batch in; null for none.</summary>
    public string? CreateMember { get; init; }

    /// <summary>How the list of batches is turned.</summary>
    public OpenAIPaging Paging { get; init; }

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

    /// <summary>The shortest life an upload may ask for.</summary>
    public TimeSpan LeastInputLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long results live unless told otherwise.</summary>
    public TimeSpan OutputLife { get; init; } = TimeSpan.FromDays(30);

    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether an upload is not taken in yet.</summary>
    public bool IsPending(StoredFile file, DateTimeOffset now) => FilesSettle && file.Batch == 0 && now < file.CreatedAt + Settling;

    /// <summary>The twin of this shape, with what it answers.</summary>
    public Twin Twin(params IReadOnlyList<Endpoint> endpoints) => new(
        Name, ClientPath ?? Root, endpoints, new OpenAIBatchHabits(this), (state, engine, twin) => new OpenAIApi(state, engine, twin, this));

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

/// <summary>How a list of batches is turned.</summary>
internal enum OpenAIPaging
{
    /// <summary>By the last id, with <c>has_more</c>.</summary>
    After,

    /// <summary>By <c>paging.next_cursor</c>.</summary>
    Cursor,

    /// <summary>Not at all: a bare array.</summary>
    None,
}
