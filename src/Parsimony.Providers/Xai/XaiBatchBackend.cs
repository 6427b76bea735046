using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>xAI's batches: a file of OpenAI's lines up, results down in pages of JSON (https://docs.x.ai/developers/advanced-api-usage/batch-api, read 2026-11-20).</summary>
internal sealed class XaiBatchBackend : IBatchBackend
{
    private const int PageSize = 100;
    private const int MostPages = 10_000;
    private const int LongestLine = 25_000_000;

    private static readonly int[] EndedStatuses = [400, 404, 409];
    private static readonly OpenAIBatchProfile Files = new()
    {
        Limits = XaiProfile.Profile.OwnBatchLimits ?? throw new InvalidOperationException("xAI's limits are part of its profile."),
        Kinds = [EndpointKind.Chat, EndpointKind.Responses],
        FilePurpose = null,
    };

    private readonly ProviderHttp _http;
    private readonly OpenAIEndpoint _endpoint;
    private readonly OpenAIRequestRenderer _renderer;
    private readonly BatchCalls _calls;
    private readonly OpenAIFiles _files;

    public XaiBatchBackend(OpenAIParts parts)
    {
        _http = parts.Http;
        _endpoint = parts.Endpoint;
        _renderer = parts.Renderer;
        _calls = new BatchCalls(parts.Http, parts.Profile.Errors);
        Limits = parts.Connection.Apply(Files.Limits);
        _files = new OpenAIFiles(_calls, parts, Files, Limits);
    }

    /// <inheritdoc/>
    public BatchLimits Limits { get; }

    /// <inheritdoc/>
    public long? MeasureLine(Envelope envelope) =>
        // One line over 25 MB would cancel the whole batch.
        OpenAIBatchLine.Measure(_renderer, Files, envelope) is { } length and <= LongestLine ? length : null;

    /// <inheritdoc/>
    public Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default) => _files.UploadAsync(input, cancellationToken);

    /// <inheritdoc/>
    public Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        var output = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            // There is no metadata: the name is what proves whose a batch is.
            writer.WriteString("name"u8, input.SubmissionKey);
            writer.WriteString("input_file_id"u8, staged.Reference);
            writer.WriteEndObject();
        }

        var body = output.WrittenMemory;
        return _calls.CreateAsync(() => _endpoint.Post("batches", body), input.SendLimit, root => root.Text("batch_id"), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        // In which order the list comes is not stated, so all of it is read.
        var found = new List<OrphanCandidate>();
        await foreach (var page in PagesAsync("batches", ReadBatches, cancellationToken).ConfigureAwait(false))
        {
            found.AddRange(page
                .Where(batch => batch.Name == query.SubmissionKey || (batch.InputFileId is { Length: > 0 } file && file == query.StagedReference))
                .Select(batch => new OrphanCandidate(batch.Id, IsProven: true, batch.CreatedAt ?? query.From)));
        }

        return [.. found.DistinctBy(candidate => candidate.ProviderBatchId)];
    }

    /// <inheritdoc/>
    public Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = $"batches/{OpenAIEndpoint.Segment(providerBatchId)}";
        return _calls.PollAsync(() => _endpoint.Request(HttpMethod.Get, path), (root, now, wait) => XaiBatch.Read(root)?.Snapshot(now, wait), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        // A colon, not a slash.
        var path = $"batches/{OpenAIEndpoint.Segment(providerBatchId)}:cancel";
        return _calls.CancelAsync(() => _endpoint.Request(HttpMethod.Post, path), token => PollAsync(providerBatchId, token), EndedStatuses, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long number = 0;
        var path = $"batches/{OpenAIEndpoint.Segment(batch.ProviderBatchId)}/results";
        await foreach (var page in PagesAsync(path, ReadResults, cancellationToken, FailureStage.Collect).ConfigureAwait(false))
        {
            foreach (var line in page)
            {
                yield return line with { LineNumber = ++number };
            }
        }
    }

    /// <inheritdoc/>
    public Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default) =>
        // Batches cannot be deleted, results expire: the input is what is left.
        staged is { Reference: { Length: > 0 } file } ? _files.DeleteAsync(file, cancellationToken) : Task.FromResult<ProviderFailure?>(null);

    private static List<XaiBatch>? ReadBatches(JsonElement root) => root.Member("batches") is { ValueKind: JsonValueKind.Array } batches
        ? [.. batches.EnumerateArray().Select(XaiBatch.Read).OfType<XaiBatch>()]
        : null;

    private static List<BatchLine>? ReadResults(JsonElement root) => root.Member("results") is { ValueKind: JsonValueKind.Array } results
        ? [.. results.EnumerateArray().Select(item => XaiResultReader.Read(item, 0))]
        : null;

    /// <summary>A list page by page, one in memory; it ends without a token, with an empty page, or with a token that came before.</summary>
    private async IAsyncEnumerable<List<T>> PagesAsync<T>(
        string path, Func<JsonElement, List<T>?> read, [EnumeratorCancellation] CancellationToken cancellationToken, FailureStage stage = FailureStage.Poll)
    {
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        var address = $"{path}?limit={PageSize}";
        for (var count = 0; count < MostPages; count++)
        {
            var (rows, token) = await PageAsync(address, stage, read, cancellationToken).ConfigureAwait(false);
            yield return rows;
            if (rows.Count == 0 || token is not { Length: > 0 } || !tokens.Add(token))
            {
                yield break;
            }

            address = $"{path}?limit={PageSize}&pagination_token={Uri.EscapeDataString(token)}";
        }
    }

    private async Task<(List<T> Rows, string? Token)> PageAsync<T>(string address, FailureStage stage, Func<JsonElement, List<T>?> read, CancellationToken cancellationToken)
    {
        // Pages of results hold whole answers: they may take as long as a download may stand still.
        var reply = await _http.SendForBodyAsync(() => _endpoint.Request(HttpMethod.Get, address), stage, ProviderHttp.StallLimit, XaiErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(_http.Id);
        try
        {
            using var document = JsonDocument.Parse(ok.Body, OpenAIResponseReader.Options);
            // A page that cannot be read is not an empty one: paid answers would be missing, or a paid batch submitted twice.
            return read(document.RootElement) is { } rows
                ? (rows, document.RootElement.Text("pagination_token"))
                : throw Malformed(stage);
        }
        catch (JsonException e)
        {
            throw Malformed(stage, e);
        }
    }

    private ProviderException Malformed(FailureStage stage, Exception? inner = null) => new(_http.Id, new ProviderFailure(stage, FailureCause.Malformed), inner);
}
