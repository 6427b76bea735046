using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>A batch as its long-running operation tells of it. Samples differ (<c>metadata.state</c> and <c>response</c>, or <c>state</c> and <c>dest</c>): both are read.</summary>
/// <remarks>Source: https://ai.google.dev/api/batch-api and googleapis/python-genai (August 2026), read 2026-11-20.</remarks>
internal sealed record GeminiOperation
{
    public required string Name { get; init; }

    /// <summary>The state without its prefix, such as <c>RUNNING</c>.</summary>
    public required string State { get; init; }

    public string? DisplayName { get; init; }

    public string? InputFile { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public string? ResponsesFile { get; init; }

    public bool HasInlined { get; init; }

    public long? Succeeded { get; init; }

    public long? Failed { get; init; }

    public ProviderFailure? Error { get; init; }

    /// <summary>Reads an operation; null when it has no name.</summary>
    public static GeminiOperation? Read(JsonElement root)
    {
        if (root.Text("name") is not { Length: > 0 } name)
        {
            return null;
        }

        var metadata = root.Object("metadata") ?? root;
        var stats = metadata.Object("batchStats") ?? metadata.Object("completionStats");
        return new GeminiOperation
        {
            Name = name,
            State = StateOf(root, metadata),
            DisplayName = metadata.Text("displayName") ?? root.Text("displayName"),
            InputFile = (metadata.Object("inputConfig") ?? metadata.Object("src"))?.Text("fileName"),
            CreatedAt = GeminiNumbers.Time(metadata, "createTime"),
            ResponsesFile = Outputs(root, metadata).Select(output => output.Text("responsesFile") ?? output.Text("fileName")).FirstOrDefault(file => file is { Length: > 0 }),
            HasInlined = Inlined(root).Any(),
            // Only failedRequestCount is named in the guide; the name of the other is UNVERIFIED and it may be absent.
            Succeeded = stats is { } counts ? GeminiNumbers.Whole(counts, "successfulRequestCount") : null,
            Failed = stats is { } fails ? GeminiNumbers.Whole(fails, "failedRequestCount") : null,
            Error = (root.Object("error") ?? metadata.Object("error")) is { } error ? GeminiErrorReader.Read(FailureStage.Create, error) : null,
        };
    }

    /// <summary>The lines of results that stand in the operation itself: ours never do, but they are read where they do.</summary>
    public static IEnumerable<JsonElement> Inlined(JsonElement root)
    {
        foreach (var output in Outputs(root, root.Object("metadata") ?? root))
        {
            // Nested twice, in REST.
            var lines = output.Member("inlinedResponses") ?? output.Member("inlinedEmbedContentResponses");
            if (lines is { ValueKind: JsonValueKind.Object } nested)
            {
                lines = nested.Member("inlinedResponses");
            }

            if (lines is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0)
            {
                return list.EnumerateArray();
            }
        }

        return [];
    }

    /// <summary>What a small body says; null when it is not JSON or lacks what is asked.</summary>
    public static T? Parse<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = GeminiRequestRenderer.MaxDepth });
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonElement> Outputs(JsonElement root, JsonElement metadata)
    {
        JsonElement?[] places = [root.Object("response"), root.Object("dest"), metadata.Object("output"), metadata.Object("dest"), root.Object("response")?.Object("output")];
        return places.OfType<JsonElement>();
    }

    // REST says BATCH_STATE_, the clients say JOB_STATE_; without either, the operation's own end tells.
    private static string StateOf(JsonElement root, JsonElement metadata)
    {
        var word = metadata.Text("state") ?? root.Text("state") ?? "";
        foreach (var prefix in (ReadOnlySpan<string>)["BATCH_STATE_", "JOB_STATE_"])
        {
            if (word.StartsWith(prefix, StringComparison.Ordinal))
            {
                return word[prefix.Length..];
            }
        }

        var isDone = root.Member("done") is { ValueKind: JsonValueKind.True };
        return word.Length > 0 ? word : !isDone ? "RUNNING" : root.Object("error") is not null ? "FAILED" : "SUCCEEDED";
    }
}
