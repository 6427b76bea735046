using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
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

    // What a probe found; null before one. Two probes at a time do no harm.
    private bool? _isThere;

    public OpenAIBatchBackend(OpenAIParts parts, OpenAIBatchProfile batches)
    {
        _profile = parts.Profile;
        _batches = batches;
        _endpoint = parts.Endpoint;
        _renderer = parts.Renderer;
        _calls = new BatchCalls(parts.Http, parts.Profile.Errors);
        Limits = parts.Connection.Apply(batches.LongestWindow is { } longest
            ? batches.Limits with { Window = parts.Connection.WindowWithin(batches.Limits.Window, batches.Limits.Window, longest) }
            : batches.Limits);
        _files = new OpenAIFiles(_calls, parts, batches, Limits);
    }

    /// <inheritdoc/>
    public BatchLimits Limits { get; }

    /// <inheritdoc/>
    public long? MeasureLine(Envelope envelope) => _isThere is false ? null : OpenAIBatchLine.Measure(_renderer, _batches, envelope);

    /// <inheritdoc/>
    public async Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default)
    {
        if (_batches.IsProbed && await ProbeAsync(cancellationToken).ConfigureAwait(false) is { } absent)
        {
            return new StageOutcome.Failed(absent);
        }

        return await _files.UploadAsync(input, cancellationToken).ConfigureAwait(false);
    }

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
        await foreach (var page in PagesAsync(from, cancellationToken).ConfigureAwait(false))
        {
            found.AddRange(page
                .Where(batch => batch.Submission == query.SubmissionKey || (batch.InputFileId is { } file && file == query.StagedReference))
                .Select(batch => new OrphanCandidate(batch.Id, IsProven: true, batch.CreatedAt ?? query.From)));
        }

        return [.. found.DistinctBy(candidate => candidate.ProviderBatchId)];
    }

    /// <summary>The account's batches, page by page, until one reaches back before an instant.</summary>
    /// <exception cref="ProviderException">A page could not be asked for, or not be read.</exception>
    public async IAsyncEnumerable<IReadOnlyList<OpenAIBatch>> PagesAsync(DateTimeOffset from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursors = new HashSet<string>(StringComparer.Ordinal);
        var path = _batches.Paging == OpenAIPaging.After ? $"batches?limit={PageSize}" : "batches";
        while (true)
        {
            var (batches, next) = await _calls.PageAsync(() => _endpoint.Request(HttpMethod.Get, path), ReadPage, cancellationToken).ConfigureAwait(false);
            yield return batches;
            // Newest first: a page that reaches back before the submission is the last one of interest.
            if (next is null || batches.Count == 0 || (_batches.Paging == OpenAIPaging.After && batches[^1].CreatedAt < from) || !cursors.Add(next))
            {
                yield break;
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

    /// <summary>Whether there is a batch API at this address, found out once; null when there is, or when nobody can tell now and the upload will.</summary>
    private async Task<ProviderFailure?> ProbeAsync(CancellationToken cancellationToken)
    {
        if (_isThere is null)
        {
            var reply = await _calls.SmallAsync(() => _endpoint.Request(HttpMethod.Get, "batches?limit=1"), FailureStage.Stage, cancellationToken).ConfigureAwait(false);
            if (reply is HttpReply.Ok ok)
            {
                ok.Dispose();
                _isThere = true;
            }
            else if (reply is HttpReply.Refused { Failure.Status: 404 or 405 or 501 })
            {
                _isThere = false;
            }
            else if (reply.WhyNot is { IsCredential: true } failure)
            {
                return failure;
            }
        }

        return _isThere is false ? new ProviderFailure(FailureStage.Stage, FailureCause.Unsupported, ProviderCode: "batches") : null;
    }

    // As the page has them: 24h, and days from then on where they are whole.
    private static string Word(TimeSpan window) => window.TotalDays > 1 && window.TotalDays % 1 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{window.TotalDays}d")
        : string.Create(CultureInfo.InvariantCulture, $"{window.TotalHours}h");

    private byte[] CreateBody(BatchInput input, StagedInput staged)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("input_file_id"u8, staged.Reference);
            writer.WriteString("endpoint"u8, $"{_batches.EndpointPrefix}/{OpenAIEndpoint.BatchPathOf(input.Kind)}");
            writer.WriteString("completion_window"u8, _batches.LongestWindow is null ? _batches.Window : Word(Limits.Window));
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
