using System.Buffers;
using System.Text.Json;

namespace Parsimony.Providers.Aws;

/// <summary>Batch inference: input and output are objects of a bucket, a job reads the one and writes the other.</summary>
/// <remarks>Facts: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html and boto/botocore data/bedrock/2023-04-20/service-2.json @0e6e240, read 2026-11-20.</remarks>
internal sealed class BedrockBatchBackend(
    ProviderHttp http, BedrockEndpoint endpoint, BedrockRequestRenderer renderer, S3Objects objects, BedrockBatchPlace place, ProviderConnection connection) : IBatchBackend
{
    private const string JobPrefix = "parsimony-";
    private static readonly int[] EndedStatuses = [400, 409];

    private readonly BatchCalls _calls = new(http, BedrockErrorReader.Instance);
    private readonly BedrockResults _results = new(objects, http);

    /// <summary>
    /// Default quotas, which AWS sets per model, region and account and changes: at least 100 records in a job, 50,000 and 1 GB in a file (newer models have more). They are
    /// told by Service Quotas only, which is not asked: set the connection's own. How many jobs may be open is a quota by model that no page tells; a create over it is
    /// <see cref="FailureCause.QueueLimit"/> and waits.
    /// </summary>
    public static BatchLimits ProviderLimits { get; } = new()
    {
        MaxRequests = 50_000,
        MinRequests = 100,
        MaxBytes = 1_000_000_000,
        OneModelPerBatch = true,
        Window = TimeSpan.FromHours(24),
        // Results lie in the caller's own bucket until its lifecycle rule or our clean-up removes them.
        ResultRetention = TimeSpan.FromDays(30),
        KeepsFinishedOnExpiry = true,
        OrphanSearch = OrphanSearch.ByKey,
        CancelTime = TimeSpan.FromMinutes(10),
        PollInterval = TimeSpan.FromSeconds(60),
    };

    public BatchLimits Limits { get; } = connection.Apply(ProviderLimits with { Window = place.Timeout });

    public long? MeasureLine(Envelope envelope)
    {
        if (BedrockRequestRenderer.LiveFormOf(envelope) is not { } live)
        {
            return null;
        }

        // In which form the job will be is not known yet: a tool in another item decides for all of them. So it is the larger of those it can be said in.
        var measured = live == BedrockForm.Converse ? Bytes(envelope, BedrockForm.Converse) : null;
        var invoked = live == BedrockForm.InvokeModel || BedrockModels.IsClaude(envelope.Model.Name) ? Bytes(envelope, BedrockForm.InvokeModel) : null;
        // Claude's items must be sayable in the invoked form whatever happens.
        return BedrockModels.IsClaude(envelope.Model.Name) && invoked is null ? null
            : measured is null && invoked is null ? null
            : Math.Max(measured ?? 0, invoked ?? 0) + BedrockBatchLine.Around;
    }

    public async Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default)
    {
        var form = await FormOfAsync(input, cancellationToken).ConfigureAwait(false);
        var key = place.InputKey(input.SubmissionKey, form);
        var upload = new S3Upload(objects, key, input.SendLimit);
        await using var _ = upload.ConfigureAwait(false);
        var isStaged = false;
        try
        {
            var file = new BatchFile(ProviderId.Bedrock, Limits, new BedrockBatchLine(renderer, form, input.Kind));
            await file.WriteAsync(input, upload, cancellationToken).ConfigureAwait(false);
            await upload.FinishAsync(cancellationToken).ConfigureAwait(false);
            isStaged = true;
            return new StageOutcome.Staged(new StagedInput(objects.Address.Location(key)));
        }
        catch (ProviderException e)
        {
            return new StageOutcome.Failed(e.Failure);
        }
        finally
        {
            if (!isStaged)
            {
                await upload.AbandonAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Creates the job. Its token is our key, so that a second create with it makes no second job.</summary>
    public async Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        if (await ModelOfAsync(input, cancellationToken).ConfigureAwait(false) is not { } model)
        {
            return new CreateOutcome.Refused(new ProviderFailure(FailureStage.Create, FailureCause.InvalidRequest, ProviderCode: "count"));
        }

        var body = CreateBody(input, staged, model);
        return await _calls.CreateAsync(
            () => endpoint.Control(HttpMethod.Post, "model-invocation-job", body), input.SendLimit, root => root.Text("jobArn"), cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        var name = JobPrefix + query.SubmissionKey;
        var found = new List<OrphanCandidate>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var path = $"model-invocation-jobs?maxResults=100&nameContains={Uri.EscapeDataString(name)}";
        var next = "";
        do
        {
            var address = path + (next.Length == 0 ? "" : $"&nextToken={Uri.EscapeDataString(next)}");
            var (jobs, token) = await _calls.PageAsync(() => endpoint.Control(HttpMethod.Get, address), ReadPage, cancellationToken).ConfigureAwait(false);
            // The list looks for a part of the name, and another key may hold ours.
            found.AddRange(jobs.Where(job => job.Name == name || job.Token == name).Select(job => new OrphanCandidate(job.Arn, IsProven: true, job.Submitted ?? query.From)));
            next = token ?? "";
        }
        while (next.Length > 0 && seen.Add(next));

        return [.. found.DistinctBy(candidate => candidate.ProviderBatchId)];
    }

    public async Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var outcome = await _calls.PollAsync(
            () => endpoint.Control(HttpMethod.Get, Path(providerBatchId)), (root, _, wait) => BedrockJob.Read(root)?.Snapshot(wait), cancellationToken).ConfigureAwait(false);
        // Older regions tell no counts; the manifest does.
        return outcome is PollOutcome.Seen { Snapshot: { Phase: BatchPhase.Ended, Finished: null, ResultReferences: [var folder, ..] } snapshot }
            ? new PollOutcome.Seen(snapshot with { Finished = await _results.CountAsync(folder, cancellationToken).ConfigureAwait(false) })
            : outcome;
    }

    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default) => _calls.CancelAsync(
        () => endpoint.Control(HttpMethod.Post, Path(providerBatchId) + "/stop", ReadOnlyMemory<byte>.Empty),
        token => PollAsync(providerBatchId, token), EndedStatuses, cancellationToken);

    public IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, CancellationToken cancellationToken = default) => _results.ReadAsync(batch, cancellationToken);

    public async Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default)
    {
        if (batch.ProviderBatchId.Length > 0 && batch.Phase is BatchPhase.Running or BatchPhase.Cancelling)
        {
            // A job whose input goes away fails.
            return new ProviderFailure(FailureStage.Clean, FailureCause.InvalidRequest, ProviderCode: "not-ended");
        }

        ProviderFailure? first = null;
        foreach (var folder in BedrockResults.Folders(batch.ResultReferences))
        {
            var failure = await _results.DeleteAsync(folder, cancellationToken).ConfigureAwait(false);
            first ??= failure;
        }

        if (staged is { Reference.Length: > 0 } && objects.Address.KeyOf(staged.Reference) is { } key)
        {
            var failure = await objects.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            first ??= failure;
        }

        return first;
    }

    private static string Path(string providerBatchId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(providerBatchId);
        // The short id serves as well as the ARN, whose slash not every proxy leaves escaped.
        return "model-invocation-job/" + Uri.EscapeDataString(BedrockJob.IdOf(providerBatchId));
    }

    private static Tuple<List<BedrockJob>, string?>? ReadPage(JsonElement root) =>
        root.Member("invocationJobSummaries") is { ValueKind: JsonValueKind.Array }
            ? Tuple.Create(root.Items("invocationJobSummaries").Select(BedrockJob.Read).OfType<BedrockJob>().ToList(), root.Text("nextToken"))
            : null;

    // One tool anywhere makes the whole job speak Claude's own words: records of the Converse form may name none.
    private static async Task<BedrockForm> FormOfAsync(BatchInput input, CancellationToken cancellationToken)
    {
        await foreach (var item in input.Items(cancellationToken).ConfigureAwait(false))
        {
            if (BedrockRequestRenderer.LiveFormOf(item.Envelope) == BedrockForm.InvokeModel)
            {
                return BedrockForm.InvokeModel;
            }

            if (!BedrockModels.IsClaude(item.Envelope.Model.Name))
            {
                return BedrockForm.Converse;
            }

            if (NamesTools(item.Envelope.Bytes.Span))
            {
                return BedrockForm.InvokeModel;
            }
        }

        return BedrockForm.Converse;
    }

    // As canonical bytes write them. Found elsewhere (in a schema, say) they only choose the other form, which is right, too.
    private static bool NamesTools(ReadOnlySpan<byte> canonical) =>
        canonical.IndexOf("\"tools\":["u8) >= 0 || canonical.IndexOf("\"type\":\"call\""u8) >= 0 || canonical.IndexOf("\"type\":\"result\""u8) >= 0;

    private static async Task<string?> ModelOfAsync(BatchInput input, CancellationToken cancellationToken)
    {
        await foreach (var item in input.Items(cancellationToken).ConfigureAwait(false))
        {
            return item.Envelope.Model.Name;
        }

        return null;
    }

    private byte[] CreateBody(BatchInput input, StagedInput staged, string model)
    {
        var name = JobPrefix + input.SubmissionKey;
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, BedrockRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("jobName"u8, name);
            writer.WriteString("clientRequestToken"u8, name);
            writer.WriteString("roleArn"u8, place.Role);
            writer.WriteString("modelId"u8, model);
            writer.WriteString("modelInvocationType"u8, BedrockBatchPlace.FormOf(staged.Reference) == BedrockForm.Converse ? "Converse"u8 : "InvokeModel"u8);
            writer.WriteStartObject("inputDataConfig"u8);
            writer.WriteStartObject("s3InputDataConfig"u8);
            writer.WriteString("s3Uri"u8, staged.Reference);
            writer.WriteString("s3InputFormat"u8, "JSONL"u8);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteStartObject("outputDataConfig"u8);
            writer.WriteStartObject("s3OutputDataConfig"u8);
            writer.WriteString("s3Uri"u8, place.Output(input.SubmissionKey));
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteNumber("timeoutDurationInHours"u8, (int)place.Timeout.TotalHours);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private long? Bytes(Envelope envelope, BedrockForm form)
    {
        using var counter = new CountingWriter();
        try
        {
            renderer.RenderRecord(envelope, form, counter);
            return counter.Written;
        }
        catch (ProviderException)
        {
            // One item that cannot be said would spoil the whole job: it goes alone, and its own call says why.
            return null;
        }
    }
}
