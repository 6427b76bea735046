using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Files and batches as OpenAI serves them, and those who serve the same (https://platform.openai.com/docs/api-reference/batch, read 2026-11-20).</summary>
internal sealed class OpenAIBatchBackend : IBatchBackend
{
    /// <summary>The metadata member our submission key stands in.</summary>
    public const string SubmissionMetadata = "parsimony_submission";

    private const int PageSize = 100;
    private static readonly int[] EndedStatuses = [400, 409];

    private readonly OpenAIProfile _profile;
    private readonly OpenAIBatchProfile _batches;
    private readonly OpenAIEndpoint _endpoint;
    private readonly OpenAIRequestRenderer _renderer;
    private readonly BatchCalls _calls;
    private readonly OpenAIFiles _files;

    public OpenAIBatchBackend(OpenAIParts parts, OpenAIBatchProfile batches)
    {
        _profile = parts.Profile;
        _batches = batches;
        _endpoint = parts.Endpoint;
        _renderer = parts.Renderer;
        _calls = new BatchCalls(parts.Http, parts.Profile.Errors);
        Limits = parts.Connection.Apply(batches.Limits);
        _files = new OpenAIFiles(_calls, parts, batches, Limits);
    }

    /// <inheritdoc/>
    public BatchLimits Limits { get; }

    /// <inheritdoc/>
    public long? MeasureLine(Envelope envelope) => OpenAIBatchLine.Measure(_renderer, _batches, envelope);

    /// <inheritdoc/>
    public Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default) => _files.UploadAsync(input, cancellationToken);

    /// <inheritdoc/>
    public Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        var body = CreateBody(input, staged);
        // Together wraps what it made in a job (https://docs.together.ai/reference/batch-create, read 2026-11-20).
        return _calls.CreateAsync(() => _endpoint.Post("batches", body), input.SendLimit, root => (root.Object("job") ?? root).Text("id"), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        // Whole seconds, as the provider tells them. The key proves; the time only says how far back to look.
        var from = DateTimeOffset.FromUnixTimeSeconds(query.From.ToUnixTimeSeconds());
        var found = new List<OrphanCandidate>();
        var cursors = new HashSet<string>(StringComparer.Ordinal);
        var path = _batches.Paging == OpenAIPaging.After ? $"batches?limit={PageSize}" : "batches";
        while (true)
        {
            var (batches, next) = await _calls.PageAsync(() => _endpoint.Request(HttpMethod.Get, path), ReadPage, cancellationToken).ConfigureAwait(false);
            found.AddRange(batches
                .Where(batch => batch.Submission == query.SubmissionKey || (batch.InputFileId is { } file && file == query.StagedReference))
                .Select(batch => new OrphanCandidate(batch.Id, IsProven: true, batch.CreatedAt ?? query.From)));

            // Newest first: a page that reaches back before the submission is the last one of interest.
            if (next is null || batches.Count == 0 || (_batches.Paging == OpenAIPaging.After && batches[^1].CreatedAt < from) || !cursors.Add(next))
            {
                return [.. found.DistinctBy(candidate => candidate.ProviderBatchId)];
            }

            path = _batches.Paging == OpenAIPaging.After ? $"batches?limit={PageSize}&after={Uri.EscapeDataString(next)}" : $"batches?cursor={Uri.EscapeDataString(next)}";
        }
    }

    /// <inheritdoc/>
    public Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = $"batches/{OpenAIEndpoint.Segment(providerBatchId)}";
        return _calls.PollAsync(
            () => _endpoint.Request(HttpMethod.Get, path),
            (root, now, wait) => OpenAIBatch.Read(root) is { } batch ? OpenAIBatchStatus.Snapshot(batch, now, wait) : null,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        // A batch that has ended cannot be cancelled, and says so with the status of any bad request: its own state tells which it was.
        var path = $"batches/{OpenAIEndpoint.Segment(providerBatchId)}/cancel";
        return _calls.CancelAsync(() => _endpoint.Request(HttpMethod.Post, path), token => PollAsync(providerBatchId, token), EndedStatuses, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, CancellationToken cancellationToken = default) =>
        _files.ReadLinesAsync(batch.ResultReferences, cancellationToken);

    /// <inheritdoc/>
    public async Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default)
    {
        // There is no way to delete a batch: its files are what is kept.
        ProviderFailure? first = null;
        foreach (var file in batch.ResultReferences.Append(staged?.Reference ?? "").Where(file => !string.IsNullOrWhiteSpace(file)).Distinct(StringComparer.Ordinal))
        {
            var failure = await _files.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
            first ??= failure;
        }

        return first;
    }

    private byte[] CreateBody(BatchInput input, StagedInput staged)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("input_file_id"u8, staged.Reference);
            writer.WriteString("endpoint"u8, OpenAIEndpoint.BatchPathOf(input.Kind));
            writer.WriteString("completion_window"u8, _batches.Window);
            if (_batches.TakesMetadata)
            {
                writer.WriteStartObject("metadata"u8);
                writer.WriteString(SubmissionMetadata, input.SubmissionKey);
                writer.WriteString("parsimony_requests"u8, input.Count.ToString(CultureInfo.InvariantCulture));
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>A page: an object with <c>data</c>, or the bare array of servers that list all at once.</summary>
    private Page? ReadPage(JsonElement root)
    {
        var rows = root.ValueKind == JsonValueKind.Array ? root : root.Member("data");
        if (rows is not { ValueKind: JsonValueKind.Array } data)
        {
            return null;
        }

        List<OpenAIBatch> batches = [.. data.EnumerateArray().Select(OpenAIBatch.Read).OfType<OpenAIBatch>()];
        var next = _batches.Paging switch
        {
            OpenAIPaging.After when root.Member("has_more") is { ValueKind: JsonValueKind.True } && batches.Count > 0 => batches[^1].Id,
            OpenAIPaging.Cursor => root.Object("paging")?.Text("next_cursor") is { Length: > 0 } cursor ? cursor : null,
            _ => null,
        };
        return new Page(batches, next);
    }

    private sealed record Page(List<OpenAIBatch> Batches, string? Next);
}
