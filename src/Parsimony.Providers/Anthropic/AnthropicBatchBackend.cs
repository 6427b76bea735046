using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Message Batches: inline input, polling only, results as JSONL in any order. Nothing on a batch carries our key, so finding is by size and time.</summary>
/// <remarks>Facts: platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-11-20.</remarks>
internal sealed class AnthropicBatchBackend(ProviderHttp http, AnthropicEndpoint endpoint, AnthropicRequestRenderer renderer, ProviderConnection connection)
    : IBatchBackend
{
    private const string Batches = "/v1/messages/batches";

    // How a cancel of an ended batch is refused is not documented (UNVERIFIED), so the batch itself is asked.
    private static readonly int[] EndedStatuses = [400, 409, 422];

    private readonly BatchCalls _calls = new(http, AnthropicErrorReader.Instance);

    /// <summary>
    /// The documented limits. 256 MB is read as decimal, the smaller reading. Waiting requests are those of the lowest tier of 2026 (200,000;
    /// platform.claude.com/docs/en/api/rate-limits); accounts differ, and configuration overrides it.
    /// </summary>
    public static BatchLimits ProviderLimits { get; } = new()
    {
        MaxRequests = 100_000,
        MaxBytes = 256_000_000,
        MaxQueuedRequests = 200_000,
        OneModelPerBatch = false,
        Window = TimeSpan.FromHours(24),
        // 29 days from creation: https://platform.claude.com/docs/en/build-with-claude/batch-processing, read 2026-06-28.
        ResultRetention = TimeSpan.FromDays(29),
        KeepsFinishedOnExpiry = true,
        OrphanSearch = OrphanSearch.BySizeAndTime,
    };

    public BatchLimits Limits { get; } = connection.Apply(ProviderLimits);

    // An item that cannot be rendered would spoil the whole batch, so the look inside comes first.
    public long? MeasureLine(Envelope envelope)
    {
        if (!AnthropicRequestRenderer.Serves(envelope))
        {
            return null;
        }

        if (envelope.Dialect == Dialect.Canonical)
        {
            return AnthropicBatchContent.BytesAroundItem + RenderedBytes(envelope);
        }

        // A verbatim body only shrinks, but for its model's name, of which each character may be escaped.
        return AnthropicVerbatim.FitsBatch(envelope.Bytes.Span)
            ? AnthropicBatchContent.BytesAroundItem + envelope.Bytes.Length + (6L * envelope.Model.Name.Length) + 16
            : null;
    }

    public Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default) =>
        Task.FromResult<StageOutcome>(new StageOutcome.Staged(StagedInput.Inline));

    public async Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        if (input.Count < 1 || input.Count > Limits.MaxRequests)
        {
            var cause = input.Count < 1 ? FailureCause.InvalidRequest : FailureCause.TooLarge;
            return new CreateOutcome.Refused(new ProviderFailure(FailureStage.Create, cause, ProviderCode: "count"));
        }

        var content = new AnthropicBatchContent(input, renderer, Limits.MaxBytes);
        return await _calls.CreateAsync(
            () => endpoint.Request(HttpMethod.Post, Batches, new StreamedContent(content.WriteAsync, "application/json")),
            input.SendLimit,
            root => root.Text("id"),
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        var found = new List<OrphanCandidate>();
        string? after = null;
        while (true)
        {
            var path = Batches + "?limit=1000" + (after is null ? "" : "&after_id=" + Uri.EscapeDataString(after));
            var page = await _calls.PageAsync(() => endpoint.Request(HttpMethod.Get, path), ReadPage, cancellationToken).ConfigureAwait(false);
            var oldest = DateTimeOffset.MaxValue;
            foreach (var batch in page.Data ?? [])
            {
                if (batch.Id is not { Length: > 0 } id || Time(batch.CreatedAt) is not { } created)
                {
                    continue;
                }

                oldest = created < oldest ? created : oldest;
                if (created >= query.From && created <= query.Until && batch.RequestCounts?.Total == query.Count)
                {
                    found.Add(new OrphanCandidate(id, IsProven: false, created));
                }
            }

            if (oldest < query.From || page.HasMore is not true || page.LastId is not { Length: > 0 } last || last == after)
            {
                return found;
            }

            after = last;
        }
    }

    public Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = AnthropicEndpoint.Batch(providerBatchId);
        return _calls.PollAsync(
            () => endpoint.Request(HttpMethod.Get, path),
            (root, _, wait) => root.Deserialize(AnthropicJson.Default.AnthropicBatch) is { ProcessingStatus: not null } batch ? Snapshot(batch, providerBatchId, wait) : null,
            cancellationToken);
    }

    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = AnthropicEndpoint.Batch(providerBatchId, "/cancel");
        return _calls.CancelAsync(() => endpoint.Request(HttpMethod.Post, path), token => PollAsync(providerBatchId, token), EndedStatuses, cancellationToken);
    }

    public IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, CancellationToken cancellationToken = default) =>
        new AnthropicResults(_calls, endpoint).ReadAsync(batch, cancellationToken);

    public async Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default)
    {
        if (batch.ProviderBatchId.Length == 0)
        {
            // Input travels with the create: there is nothing else to delete.
            return null;
        }

        if (batch.Phase != BatchPhase.Ended)
        {
            // The provider refuses it, too; not asking keeps a running batch out of danger.
            return new ProviderFailure(FailureStage.Clean, FailureCause.InvalidRequest, ProviderCode: "not-ended");
        }

        var path = AnthropicEndpoint.Batch(batch.ProviderBatchId);
        return await _calls.DeleteAsync(() => endpoint.Request(HttpMethod.Delete, path), cancellationToken).ConfigureAwait(false);
    }

    private static AnthropicBatchPage? ReadPage(JsonElement root) => root.Deserialize(AnthropicJson.Default.AnthropicBatchPage) is { Data: not null } page ? page : null;

    private static BatchSnapshot Snapshot(AnthropicBatch batch, string providerBatchId, TimeSpan? retryAfter)
    {
        var isEnded = batch.ProcessingStatus == "ended";
        return new BatchSnapshot
        {
            ProviderBatchId = providerBatchId,
            Phase = batch.ProcessingStatus switch
            {
                "ended" => BatchPhase.Ended,
                "canceling" => BatchPhase.Cancelling,
                _ => BatchPhase.Running,
            },
            // Until the end the provider counts nothing as done, so a zero tells nothing.
            Finished = batch.RequestCounts is { } counts && (isEnded || counts.Finished > 0) ? counts.Finished : null,
            ResultReferences = !isEnded || batch.ArchivedAt is not null
                ? []
                : [batch.ResultsUrl is { Length: > 0 } url ? url : AnthropicEndpoint.Batch(providerBatchId, "/results")],
            RetryAfter = retryAfter,
        };
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private long? RenderedBytes(Envelope envelope)
    {
        using var counter = new CountingWriter();
        try
        {
            renderer.Render(envelope, [], counter);
        }
        catch (ProviderException)
        {
            return null;
        }

        return counter.Written;
    }
}
