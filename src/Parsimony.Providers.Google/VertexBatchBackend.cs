using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parsimony.Providers.Google;

/// <summary>Batch prediction jobs over Cloud Storage: an object of lines in, a directory of lines out; display name and a label carry our submission key.</summary>
/// <remarks>
/// docs.cloud.google.com/gemini-enterprise-agent-platform/models/capabilities/batch-prediction-gemini and google/cloud/aiplatform/v1/job_service.proto, read
/// 2026-11-20.
/// </remarks>
internal sealed class VertexBatchBackend : IBatchBackend
{
    private const string KeyLabel = "parsimony-submission";
    private static readonly int[] EndedStatuses = [400, 409];

    private readonly VertexEndpoint _endpoint;
    private readonly VertexRenderer _renderer;
    private readonly GcsStore _store;
    private readonly GcsName _place;
    private readonly BatchCalls _calls;
    private readonly ProviderHttp _http;

    public VertexBatchBackend(ProviderHttp http, VertexEndpoint endpoint, VertexRenderer renderer, ProviderConnection connection, GcsName place)
    {
        _http = http;
        _endpoint = endpoint;
        _renderer = renderer;
        _store = new GcsStore(http, connection.Cloud?.StorageEndpoint);
        _place = place;
        _calls = new BatchCalls(http, VertexErrorReader.Instance);
        Limits = connection.Apply(ProviderLimits);
    }

    /// <summary>The documented limits of Gemini jobs; sizes of Claude jobs (UNVERIFIED) are the account's to configure.</summary>
    public static BatchLimits ProviderLimits { get; } = new()
    {
        MaxRequests = 200_000,
        MaxBytes = 1_000_000_000,
        // Claude: four in a project (docs.cloud.google.com/gemini-enterprise-agent-platform/models/partner-models/claude/batch, read 2026-11-20). None is published for Gemini.
        OpenBatchCaps = [new OpenBatchCap(4) { Models = VertexModel.ClaudeNames }],
        OneModelPerBatch = true,
        // Up to 72 hours in the queue, and 24 more once it runs.
        Window = TimeSpan.FromHours(96),
        // The results lie in our own bucket.
        ResultRetention = TimeSpan.FromDays(30),
        KeepsFinishedOnExpiry = true,
        OrphanSearch = OrphanSearch.ByKey,
        CancelTime = TimeSpan.FromMinutes(10),
        PollInterval = TimeSpan.FromSeconds(60),
    };

    /// <inheritdoc/>
    public BatchLimits Limits { get; }

    /// <inheritdoc/>
    public long? MeasureLine(Envelope envelope)
    {
        // Claude has no jobs at the global location (docs.cloud.google.com/.../partner-models/claude/batch, read 2026-11-20).
        if (VertexLine.NamesCache(envelope) || (_endpoint.Location == "global" && VertexModel.IsClaude(envelope.Model.Name)))
        {
            return null;
        }

        try
        {
            using var body = new CountingWriter();
            _renderer.Render(envelope, CacheControl.None, body);
            return body.Written + new VertexLine(_renderer, envelope.Kind).Overhead;
        }
        catch (ProviderException)
        {
            // One item that cannot be said would spoil the whole file: it goes alone, and its own call says why.
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default)
    {
        var target = InputOf(input.SubmissionKey);
        var file = new BatchFile(ProviderId.VertexAI, Limits, new VertexLine(_renderer, input.Kind));
        return await _store.UploadAsync(target, input.SendLimit, (stream, token) => file.WriteAsync(input, stream, token), cancellationToken).ConfigureAwait(false) is { } failure
            ? new StageOutcome.Failed(failure)
            : new StageOutcome.Staged(new StagedInput(target.ToString()));
    }

    /// <inheritdoc/>
    public async Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        string? model = null;
        await foreach (var item in input.Items(cancellationToken).ConfigureAwait(false))
        {
            model = item.Envelope.Model.Name;
            break;
        }

        if (model is null)
        {
            return new CreateOutcome.Refused(new ProviderFailure(FailureStage.Create, FailureCause.InvalidRequest, ProviderCode: "empty"));
        }

        var body = CreateBody(input.SubmissionKey, model, staged);
        return await _calls.CreateAsync(
            () => _endpoint.Post($"{_endpoint.Parent}/batchPredictionJobs", body), input.SendLimit, root => root.Text("name"), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        var found = new List<OrphanCandidate>();
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        var filter = Uri.EscapeDataString($"display_name=\"{query.SubmissionKey}\"");
        var token = "";
        do
        {
            var path = $"{_endpoint.Parent}/batchPredictionJobs?filter={filter}&pageSize=100" + (token.Length > 0 ? "&pageToken=" + Uri.EscapeDataString(token) : "");
            var page = await _calls.PageAsync(() => _endpoint.Request(HttpMethod.Get, path), ReadPage, cancellationToken).ConfigureAwait(false);
            found.AddRange(page.Jobs
                .Where(job => job.DisplayName == query.SubmissionKey || (job.Input is { Length: > 0 } file && file == query.StagedReference))
                .Select(job => new OrphanCandidate(job.Name, IsProven: true, job.CreatedAt ?? query.From)));
            token = page.Next;
        }
        while (token.Length > 0 && tokens.Add(token));
        return [.. found.DistinctBy(candidate => candidate.ProviderBatchId)];
    }

    /// <inheritdoc/>
    public Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = _endpoint.Job(providerBatchId);
        return _calls.PollAsync(() => _endpoint.Request(HttpMethod.Get, path), (root, _, wait) => VertexJob.Read(root)?.Snapshot(wait), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = _endpoint.Job(providerBatchId, ":cancel");
        return _calls.CancelAsync(() => _endpoint.Post(path, "{}"u8.ToArray()), token => PollAsync(providerBatchId, token), EndedStatuses, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long number = 0;
        foreach (var reference in batch.ResultReferences)
        {
            // One file or several: every one of the directory is read.
            await foreach (var file in _store.ListAsync(Directory(reference, FailureStage.Collect), FailureStage.Collect, cancellationToken).ConfigureAwait(false))
            {
                if (!file.Name.EndsWith(".jsonl", StringComparison.Ordinal))
                {
                    continue;
                }

                await foreach (var line in _store.ReadLinesAsync(file, cancellationToken).ConfigureAwait(false))
                {
                    yield return VertexLineReader.Read(line.Bytes, ++number);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default)
    {
        if (batch is { ProviderBatchId.Length: > 0, Phase: BatchPhase.Running or BatchPhase.Cancelling })
        {
            return new ProviderFailure(FailureStage.Clean, FailureCause.InvalidRequest, ProviderCode: "not-ended");
        }

        ProviderFailure? first = null;
        try
        {
            if (GcsName.TryParse(staged?.Reference, out var input))
            {
                first = await _store.DeleteAsync(input, cancellationToken).ConfigureAwait(false);
            }

            foreach (var reference in batch.ResultReferences)
            {
                await foreach (var file in _store.ListAsync(Directory(reference, FailureStage.Clean), FailureStage.Clean, cancellationToken).ConfigureAwait(false))
                {
                    var failure = await _store.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
                    first ??= failure;
                }
            }
        }
        catch (ProviderException e)
        {
            first ??= e.Failure;
        }

        return first;
    }

    // Only below our own place: what a reply names elsewhere is neither read nor deleted.
    private GcsName Directory(string reference, FailureStage stage) =>
        GcsName.TryParse(reference, out var name) && name.Bucket == _place.Bucket && name.Name.StartsWith(_place.Name, StringComparison.Ordinal)
            ? name with { Name = name.Name.TrimEnd('/') + "/" }
            : throw new ProviderException(ProviderId.VertexAI, new ProviderFailure(stage, FailureCause.Malformed, ProviderCode: "output-directory"));

    private GcsName InputOf(string key) => _place.Below($"{key}/input.jsonl");

    private byte[] CreateBody(string key, string model, StagedInput staged)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output, GeminiRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("displayName"u8, key);
            writer.WriteString("model"u8, VertexModel.ResourceOf(model));
            writer.WriteStartObject("inputConfig"u8);
            writer.WriteString("instancesFormat"u8, "jsonl"u8);
            writer.WriteStartObject("gcsSource"u8);
            writer.WriteStartArray("uris"u8);
            writer.WriteStringValue(staged.Reference);
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteStartObject("outputConfig"u8);
            writer.WriteString("predictionsFormat"u8, "jsonl"u8);
            writer.WriteStartObject("gcsDestination"u8);
            writer.WriteString("outputUriPrefix"u8, _place.Below($"{key}/output").ToString());
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteStartObject("labels"u8);
            writer.WriteString(KeyLabel, LabelledId.Value(key));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static VertexPage? ReadPage(JsonElement root) => root.ValueKind != JsonValueKind.Object ? null : new VertexPage(
        [.. root.Items("batchPredictionJobs").Select(VertexJob.Read).OfType<VertexJob>()], root.Text("nextPageToken") ?? "");

    private sealed record VertexPage(IReadOnlyList<VertexJob> Jobs, string Next);
}
