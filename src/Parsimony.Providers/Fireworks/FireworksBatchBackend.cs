using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>
/// Fireworks' batch inference: a dataset, a job over it, a dataset of results (https://docs.fireworks.ai/guides/batch-inference, read 2026-11-20). Job and datasets carry
/// ids of ours, so a lost create is asked for by its id.
/// </summary>
internal sealed class FireworksBatchBackend : IBatchBackend
{
    private const string InferenceRoot = "/inference/v1";

    // 150 MB; more goes to a signed address (https://docs.fireworks.ai/api-reference/upload-dataset-files, read 2026-11-20).
    private const long LargestPost = 150_000_000;

    private readonly string _jobs;
    private readonly OpenAIParts _parts;
    private readonly OpenAIEndpoint _control;
    private readonly BatchCalls _calls;
    private readonly FireworksDatasets _datasets;

    public FireworksBatchBackend(OpenAIParts parts, string account, long largestPost = LargestPost)
    {
        _parts = parts;
        _jobs = $"accounts/{OpenAIEndpoint.Segment(account)}/batchInferenceJobs";
        _control = new OpenAIEndpoint(parts.Connection with { Endpoint = ControlOf(parts.Endpoint.Address) }, parts.Profile);
        _calls = new BatchCalls(parts.Http, parts.Profile.Errors);
        Limits = parts.Connection.Apply(parts.Profile.OwnBatchLimits ?? throw new InvalidOperationException("Fireworks' limits are part of its profile."));
        _datasets = new FireworksDatasets(parts.Http, parts.Http.Unsigned(), _calls, _control, account, parts.Renderer, Limits, largestPost);
    }

    /// <inheritdoc/>
    public BatchLimits Limits { get; }

    /// <summary>The control plane's address: beside the inference, not below it.</summary>
    public static Uri ControlOf(Uri inference)
    {
        var text = inference.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var root = text.EndsWith(InferenceRoot, StringComparison.Ordinal) ? text[..^InferenceRoot.Length] : text;
        return new Uri(root.EndsWith("/v1", StringComparison.Ordinal) ? root : $"{root}/v1");
    }

    /// <inheritdoc/>
    public long? MeasureLine(Envelope envelope)
    {
        // A line that is not good would fail all others: it goes alone, and its own call says why.
        if (OpenAIRequestRenderer.KindOf(envelope) != EndpointKind.Chat || FireworksLine.FaultOf(envelope) is not null)
        {
            return null;
        }

        try
        {
            using var body = new CountingWriter();
            _parts.Renderer.Render(envelope, CacheControl.None, body);
            return body.Written + new FireworksLine(_parts.Renderer).Overhead;
        }
        catch (ProviderException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default) => _datasets.StageAsync(input, cancellationToken);

    /// <inheritdoc/>
    public async Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        if (await OpenAIBatchLine.ModelOfAsync(input, cancellationToken).ConfigureAwait(false) is not { } model)
        {
            return new CreateOutcome.Refused(new ProviderFailure(FailureStage.Render, FailureCause.InvalidRequest, ProviderCode: "empty_file"));
        }

        var job = FireworksNames.Job(input.SubmissionKey);
        var body = CreateBody(job, staged, FireworksNames.Model(model));
        var path = $"{_jobs}?batchInferenceJobId={Uri.EscapeDataString(job)}";
        var outcome = await _calls.CreateAsync(() => _control.Post(path, body), input.SendLimit, root => FireworksJob.Read(root)?.Id, cancellationToken).ConfigureAwait(false);
        return outcome is CreateOutcome.Uncertain { Failure: { Status: 409 } } or CreateOutcome.Refused { Failure: { Status: 400, ProviderCode: "6" or "ALREADY_EXISTS" } }
            && await PollAsync(job, cancellationToken).ConfigureAwait(false) is PollOutcome.Seen
            // The id is ours alone: the job that has it is ours.
            ? new CreateOutcome.Accepted(job)
            : outcome;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        var job = FireworksNames.Job(query.SubmissionKey);
        var reply = await _calls.SmallAsync(() => _control.Request(HttpMethod.Get, $"{_jobs}/{OpenAIEndpoint.Segment(job)}"), FailureStage.Poll, cancellationToken).ConfigureAwait(false);
        if (reply is HttpReply.Refused { Failure.Status: 404 })
        {
            return [];
        }

        using var ok = reply.OrThrow(_parts.Profile.Id);
        var found = BatchCalls.Parse(ok.Body, FireworksJob.Read) ?? throw new ProviderException(_parts.Profile.Id, new ProviderFailure(FailureStage.Poll, FailureCause.Malformed));
        return [new OrphanCandidate(found.Id, IsProven: true, found.CreatedAt ?? query.From)];
    }

    /// <inheritdoc/>
    public async Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = $"{_jobs}/{OpenAIEndpoint.Segment(providerBatchId)}";
        var outcome = await _calls.PollAsync(
            () => _control.Request(HttpMethod.Get, path), (root, _, wait) => FireworksJob.Read(root)?.Snapshot(wait), cancellationToken).ConfigureAwait(false);
        var output = FireworksNames.Output(providerBatchId);
        // A cancelled job is deleted. Should it have left its results, they were paid for (UNVERIFIED).
        return outcome is PollOutcome.NotFound && await _datasets.ExistsAsync(output, cancellationToken).ConfigureAwait(false) == true
            ? new PollOutcome.Seen(new BatchSnapshot { ProviderBatchId = providerBatchId, Phase = BatchPhase.Ended, ResultReferences = [output] })
            : outcome;
    }

    /// <inheritdoc/>
    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        // There is no cancel: deleting a job stops it, and takes it away. One that has ended is left for its results.
        var path = $"{_jobs}/{OpenAIEndpoint.Segment(providerBatchId)}";
        return CancelAsync(path, providerBatchId, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long number = 0;
        foreach (var dataset in batch.ResultReferences.Where(dataset => dataset.Length > 0))
        {
            await foreach (var line in _datasets.ReadAsync(dataset, cancellationToken).ConfigureAwait(false))
            {
                yield return FireworksLineReader.Read(line.Bytes, ++number, _parts.Profile);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default)
    {
        ProviderFailure? first = null;
        foreach (var dataset in batch.ResultReferences.Append(staged?.Reference ?? "").Where(dataset => dataset.Length > 0).Distinct(StringComparer.Ordinal))
        {
            // Each is tried, whatever became of the others: what is deleted now is not left for a try that may never come.
            var failure = await _datasets.DeleteAsync(dataset, cancellationToken).ConfigureAwait(false);
            first ??= failure;
        }

        if (first is null && batch.ProviderBatchId.Length > 0)
        {
            var path = $"{_jobs}/{OpenAIEndpoint.Segment(batch.ProviderBatchId)}";
            first = await _calls.DeleteAsync(() => _control.Request(HttpMethod.Delete, path), cancellationToken).ConfigureAwait(false);
        }

        return first;
    }

    private async Task<ProviderFailure?> CancelAsync(string path, string id, CancellationToken cancellationToken)
    {
        if (await PollAsync(id, cancellationToken).ConfigureAwait(false) is PollOutcome.Seen { Snapshot.Phase: not BatchPhase.Running })
        {
            return null;
        }

        var failure = await _calls.DeleteAsync(() => _control.Request(HttpMethod.Delete, path), cancellationToken).ConfigureAwait(false);
        return failure is null ? null : failure with { Stage = FailureStage.Cancel };
    }

    private static ReadOnlyMemory<byte> CreateBody(string job, StagedInput staged, string model)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("displayName"u8, job);
            writer.WriteString("model"u8, model);
            writer.WriteString("inputDatasetId"u8, staged.Reference);
            writer.WriteString("outputDatasetId"u8, FireworksNames.Output(job));
            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
