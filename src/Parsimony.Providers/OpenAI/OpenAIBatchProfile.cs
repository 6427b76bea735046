namespace Parsimony.Providers;

/// <summary>OpenAI's files and batches as a provider serves them (https://platform.openai.com/docs/api-reference/batch, read 2026-11-20).</summary>
internal sealed record OpenAIBatchProfile
{
    /// <summary>The documented limits.</summary>
    public required BatchLimits Limits { get; init; }

    /// <summary>Kinds that can go in a batch.</summary>
    public IReadOnlyList<EndpointKind> Kinds { get; init; } = [EndpointKind.Chat, EndpointKind.Responses, EndpointKind.Embeddings, EndpointKind.Images];

    /// <summary>Where input is uploaded to.</summary>
    public string UploadPath { get; init; } = "files";

    /// <summary>What an upload is for; null where it is not said.</summary>
    public string? FilePurpose { get; init; } = "batch";

    /// <summary>Further fields of an upload.</summary>
    public IReadOnlyList<(string Name, string Value)> UploadFields { get; init; } = [];

    /// <summary>The <c>completion_window</c> that is asked for, where none can be chosen.</summary>
    public string Window { get; init; } = "24h";

    /// <summary>The longest window that can be asked for instead of the usual one, the shortest; null where none can.</summary>
    public TimeSpan? LongestWindow { get; init; }

    /// <summary>What stands before the endpoint in a line's url.</summary>
    public string UrlPrefix { get; init; } = "/v1";

    /// <summary>What stands before the endpoint in the create.</summary>
    public string EndpointPrefix { get; init; } = "/v1";

    /// <summary>Whether the server must be asked, once, whether it has batches at all.</summary>
    public bool IsProbed { get; init; }

    /// <summary>Whether a line says method and url.</summary>
    public bool NamesUrl { get; init; } = true;

    /// <summary>Whether a batch takes metadata; where it does not, the input file's id alone proves whose a batch is.</summary>
    public bool TakesMetadata { get; init; } = true;

    /// <summary>Whether an upload must be looked at until it says <c>processed</c> before a batch is made of it.</summary>
    public bool WaitsForFile { get; init; }

    /// <summary>The query parameter that turns a page of the list.</summary>
    public OpenAIPaging Paging { get; init; } = OpenAIPaging.After;
}

/// <summary>How a list of batches is turned.</summary>
internal enum OpenAIPaging
{
    /// <summary>By the last id and <c>has_more</c>.</summary>
    After,

    /// <summary>By <c>paging.next_cursor</c>.</summary>
    Cursor,

    /// <summary>Not at all: the list is whole.</summary>
    None,
}
