using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>OpenAI's files and batches (https://platform.openai.com/docs/api-reference/batch, read 2026-11-20).</summary>
internal sealed class OpenAIBatchBackend : IBatchBackend
{
    /// <summary>The metadata member our submission key stands in.</summary>
    public const string SubmissionMetadata = "parsimony_submission";

    private const int PageSize = 100;
    private static readonly TimeSpan SmallCallLimit = TimeSpan.FromSeconds(60);

    private readonly ProviderHttp _http;
    private readonly OpenAIEndpoint _endpoint;
    private readonly OpenAIRequestRenderer _renderer;
    private readonly OpenAIFiles _files;

    public OpenAIBatchBackend(ProviderHttp http, OpenAIEndpoint endpoint, OpenAIRequestRenderer renderer, ProviderConnection connection)
    {
        _http = http;
        _endpoint = endpoint;
        _renderer = renderer;
        Limits = connection.Apply(ProviderLimits);
        _files = new OpenAIFiles(http, endpoint, renderer, Limits);
    }

    /// <summary>The documented limits. Queued tokens per model depend on the account and are told by no call.</summary>
    public static BatchLimits ProviderLimits { get; } = new()
    {
        // 50,000 requests, 200 MB and 24 h: https://platform.openai.com/docs/guides/batch, read 2026-11-12. Whether MB means 10^6 or 2^20 is UNVERIFIED: the smaller.
        MaxRequests = 50_000,
        MaxBytes = 200_000_000,
        OneModelPerBatch = true,
        Window = TimeSpan.FromHours(24),
        // Output files are deleted 30 days after completion, unless told otherwise: the same page.
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
        if (OpenAIRequestRenderer.KindOf(envelope) is not { } kind)
        {
            return null;
        }

        if (envelope.Dialect == Dialect.OpenAI)
        {
            // A verbatim body only shrinks, but for its model's name, of which each character may be escaped.
            return envelope.Bytes.Length + (6L * envelope.Model.Name.Length) + 16 + OpenAIBatchInput.Overhead(kind);
        }

        try
        {
            using var body = new CountingWriter();
            _renderer.Render(envelope, CacheControl.None, body);
            return body.Written + OpenAIBatchInput.Overhead(kind);
        }
        catch (ProviderException)
        {
            // One item that cannot be said would spoil the whole file: it goes alone, and its own call says why.
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default) => _files.UploadAsync(input, cancellationToken);

    /// <inheritdoc/>
    public async Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        var body = CreateBody(input, staged);
        var reply = await _http.SendForBodyAsync(
            () => _endpoint.Post("batches", body), FailureStage.Create, input.SendLimit, OpenAIErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        switch (reply)
        {
            case HttpReply.Ok ok:
                using (ok)
                {
                    return OpenAIReply.Parse(ok.Body, root => root.Text("id")) is { Length: > 0 } id
                        ? new CreateOutcome.Accepted(id)
                        : new CreateOutcome.Uncertain(new ProviderFailure(FailureStage.Create, FailureCause.Malformed));
                }

            case HttpReply.Unsent unsent:
                return new CreateOutcome.Refused(unsent.Failure);
            case HttpReply.Refused refused when CallCertainty.IsRefusal(refused.Failure):
                return new CreateOutcome.Refused(refused.Failure);
            default:
                return new CreateOutcome.Uncertain(reply.WhyNot);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        // Whole seconds, as the provider tells them. The key proves; the time only says how far back to look.
        var from = DateTimeOffset.FromUnixTimeSeconds(query.From.ToUnixTimeSeconds());
        var found = new List<OrphanCandidate>();
        var cursors = new HashSet<string>(StringComparer.Ordinal);
        var path = $"batches?limit={PageSize}";
        while (true)
        {
            var (batches, hasMore) = await ReadPageAsync(path, cancellationToken).ConfigureAwait(false);
            found.AddRange(batches
                .Where(batch => batch.Submission == query.SubmissionKey || (batch.InputFileId is { } file && file == query.StagedReference))
                .Select(batch => new OrphanCandidate(batch.Id, IsProven: true, batch.CreatedAt ?? query.From)));

            // Newest first: a page that reaches back before the submission is the last one of interest.
            if (!hasMore || batches.Count == 0 || batches[^1].CreatedAt < from || !cursors.Add(batches[^1].Id))
            {
                return [.. found.DistinctBy(candidate => candidate.ProviderBatchId)];
            }

            path = $"batches?limit={PageSize}&after={Uri.EscapeDataString(batches[^1].Id)}";
        }
    }

    /// <inheritdoc/>
    public async Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = $"batches/{OpenAIEndpoint.Segment(providerBatchId)}";
        var reply = await SmallAsync(HttpMethod.Get, path, FailureStage.Poll, cancellationToken).ConfigureAwait(false);
        switch (reply)
        {
            case HttpReply.Ok ok:
                using (ok)
                {
                    var now = _http.Clock.GetUtcNow();
                    return OpenAIReply.Parse(ok.Body, OpenAIBatch.Read) is { } batch
                        ? new PollOutcome.Seen(OpenAIBatchStatus.Snapshot(batch, now, RetryAfterReader.Read(ok.Response.Headers, now)))
                        : new PollOutcome.Failed(new ProviderFailure(FailureStage.Poll, FailureCause.Malformed));
                }

            case HttpReply.Refused { Failure.Status: 404 }:
                return new PollOutcome.NotFound();
            default:
                return new PollOutcome.Failed(reply.WhyNot);
        }
    }

    /// <inheritdoc/>
    public async Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = $"batches/{OpenAIEndpoint.Segment(providerBatchId)}/cancel";
        var reply = await SmallAsync(HttpMethod.Post, path, FailureStage.Cancel, cancellationToken).ConfigureAwait(false);
        if (reply is HttpReply.Ok ok)
        {
            ok.Dispose();
            return null;
        }

        var failure = reply.WhyNot;
        if (failure.Status is not (400 or 409))
        {
            return failure;
        }

        // A batch that has ended cannot be cancelled, and says so with the status of any bad request: its own state tells which it was.
        return await PollAsync(providerBatchId, cancellationToken).ConfigureAwait(false) is PollOutcome.Seen { Snapshot.Phase: not BatchPhase.Running }
            ? null
            : failure;
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

    private static byte[] CreateBody(BatchInput input, StagedInput staged)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("input_file_id"u8, staged.Reference);
            writer.WriteString("endpoint"u8, OpenAIEndpoint.BatchPathOf(input.Kind));
            writer.WriteString("completion_window"u8, "24h"u8);
            writer.WriteStartObject("metadata"u8);
            writer.WriteString(SubmissionMetadata, input.SubmissionKey);
            writer.WriteString("parsimony_requests"u8, input.Count.ToString(CultureInfo.InvariantCulture));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private Task<HttpReply> SmallAsync(HttpMethod method, string path, FailureStage stage, CancellationToken cancellationToken) =>
        _http.SendForBodyAsync(() => _endpoint.Request(method, path), stage, SmallCallLimit, OpenAIErrorReader.Instance, cancellationToken);

    private async Task<(List<OpenAIBatch> Batches, bool HasMore)> ReadPageAsync(string path, CancellationToken cancellationToken)
    {
        var reply = await SmallAsync(HttpMethod.Get, path, FailureStage.Poll, cancellationToken).ConfigureAwait(false);
        if (reply is not HttpReply.Ok ok)
        {
            throw new ProviderException(ProviderId.OpenAI, reply.WhyNot);
        }

        using (ok)
        {
            // A list that cannot be read is not an empty one: taken as such, a paid batch would be submitted twice.
            var page = OpenAIReply.Parse(ok.Body, root => root.Member("data") is { ValueKind: JsonValueKind.Array }
                ? Tuple.Create(root.Items("data").Select(OpenAIBatch.Read).OfType<OpenAIBatch>().ToList(), root.Member("has_more") is { ValueKind: JsonValueKind.True })
                : null);
            return page is null
                ? throw new ProviderException(ProviderId.OpenAI, new ProviderFailure(FailureStage.Poll, FailureCause.Malformed))
                : (page.Item1, page.Item2);
        }
    }
}
