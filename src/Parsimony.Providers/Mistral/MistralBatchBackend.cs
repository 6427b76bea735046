using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Mistral's batch jobs: a file up, a job over it, two files down (https://docs.mistral.ai/studio-api/batch-processing, read 2026-11-20).</summary>
internal sealed class MistralBatchBackend : IBatchBackend
{
    // timeout_hours: https://github.com/mistralai/platform-docs-public, public/openapi.yaml, read 2026-11-20.
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(168);

    private const int PageSize = 100;
    private const int MostPages = 1_000;

    // Which status refuses the cancel of an ended job is not documented.
    private static readonly int[] EndedStatuses = [400, 404, 409, 422];
    private static readonly OpenAIBatchProfile Files = new()
    {
        Limits = MistralProfile.Profile.OwnBatchLimits ?? throw new InvalidOperationException("Mistral's limits are part of its profile."),
        Kinds = [EndpointKind.Chat, EndpointKind.Embeddings],
        NamesUrl = false,
    };

    private readonly OpenAIEndpoint _endpoint;
    private readonly OpenAIRequestRenderer _renderer;
    private readonly BatchCalls _calls;
    private readonly OpenAIFiles _files;

    public MistralBatchBackend(OpenAIParts parts)
    {
        _endpoint = parts.Endpoint;
        _renderer = parts.Renderer;
        _calls = new BatchCalls(parts.Http, parts.Profile.Errors);
        Limits = parts.Connection.Apply(Files.Limits with { Window = parts.Connection.WindowWithin(Files.Limits.Window, Shortest, Longest) });
        _files = new OpenAIFiles(_calls, parts, Files, Limits);
    }

    /// <inheritdoc/>
    public BatchLimits Limits { get; }

    /// <inheritdoc/>
    public long? MeasureLine(Envelope envelope) => OpenAIBatchLine.Measure(_renderer, Files, envelope);

    /// <inheritdoc/>
    public Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default) => _files.UploadAsync(input, cancellationToken);

    /// <inheritdoc/>
    public async Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        if (await OpenAIBatchLine.ModelOfAsync(input, cancellationToken).ConfigureAwait(false) is not { } model)
        {
            return new CreateOutcome.Refused(new ProviderFailure(FailureStage.Render, FailureCause.InvalidRequest, ProviderCode: "empty_file"));
        }

        var body = CreateBody(input, staged, model);
        return await _calls.CreateAsync(() => _endpoint.Post("batch/jobs", body), input.SendLimit, root => root.Text("id"), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        // The filter by metadata exists, but how it is written in the query is UNVERIFIED: the key is compared here.
        var from = DateTimeOffset.FromUnixTimeSeconds(query.From.ToUnixTimeSeconds() - 1);
        var since = Uri.EscapeDataString(from.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        var found = new List<OrphanCandidate>();
        for (var page = 0; page < MostPages; page++)
        {
            // Newest first: jobs made meanwhile move what is read to a later page, so some is read twice and none is missed.
            var path = string.Create(CultureInfo.InvariantCulture, $"batch/jobs?page={page}&page_size={PageSize}&created_after={since}&order_by=-created");
            var jobs = await _calls.PageAsync(() => _endpoint.Request(HttpMethod.Get, path), ReadPage, cancellationToken).ConfigureAwait(false);
            found.AddRange(jobs
                .Where(job => job.Submission == query.SubmissionKey || (query.StagedReference is { Length: > 0 } file && job.InputFiles.Contains(file, StringComparer.Ordinal)))
                .Select(job => new OrphanCandidate(job.Id, IsProven: true, job.CreatedAt ?? query.From)));
            if (jobs.Count < PageSize || jobs[^1].CreatedAt < from)
            {
                break;
            }
        }

        return [.. found.DistinctBy(candidate => candidate.ProviderBatchId)];
    }

    /// <inheritdoc/>
    public Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = $"batch/jobs/{OpenAIEndpoint.Segment(providerBatchId)}";
        return _calls.PollAsync(() => _endpoint.Request(HttpMethod.Get, path), (root, now, wait) => MistralJob.Read(root)?.Snapshot(now, wait), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = $"batch/jobs/{OpenAIEndpoint.Segment(providerBatchId)}/cancel";
        return _calls.CancelAsync(() => _endpoint.Request(HttpMethod.Post, path), token => PollAsync(providerBatchId, token), EndedStatuses, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, CancellationToken cancellationToken = default) =>
        _files.ReadLinesAsync(batch.ResultReferences, cancellationToken);

    /// <inheritdoc/>
    public async Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default)
    {
        ProviderFailure? first = null;
        foreach (var file in batch.ResultReferences.Append(staged?.Reference ?? "").Where(file => !string.IsNullOrWhiteSpace(file)).Distinct(StringComparer.Ordinal))
        {
            // Each is tried, whatever became of the others: what is deleted now is not left for a try that may never come.
            var failure = await _files.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
            first ??= failure;
        }

        // The job last: it names the files, should one of them have stayed.
        if (first is null && batch.ProviderBatchId.Length > 0)
        {
            var path = $"batch/jobs/{OpenAIEndpoint.Segment(batch.ProviderBatchId)}";
            first = await _calls.DeleteAsync(() => _endpoint.Request(HttpMethod.Delete, path), cancellationToken).ConfigureAwait(false);
        }

        return first;
    }

    private byte[] CreateBody(BatchInput input, StagedInput staged, string model)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("input_files"u8);
            writer.WriteStringValue(staged.Reference);
            writer.WriteEndArray();
            writer.WriteString("endpoint"u8, $"{Files.UrlPrefix}/{OpenAIEndpoint.BatchPathOf(input.Kind)}");
            writer.WriteString("model"u8, model);
            writer.WriteNumber("timeout_hours"u8, (int)Limits.Window.TotalHours);
            // Keys of at most 32 characters, values of at most 512, both texts.
            writer.WriteStartObject("metadata"u8);
            writer.WriteString(OpenAIBatchBackend.SubmissionMetadata, input.SubmissionKey);
            writer.WriteString("parsimony_requests"u8, input.Count.ToString(CultureInfo.InvariantCulture));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static List<MistralJob>? ReadPage(JsonElement root) => root.Member("data") is { ValueKind: JsonValueKind.Array } data
        ? [.. data.EnumerateArray().Select(MistralJob.Read).OfType<MistralJob>()]
        : null;
}
