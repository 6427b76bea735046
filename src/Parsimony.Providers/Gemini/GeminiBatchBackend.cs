using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Gemini's batches: a file of lines up, an operation to ask, a file of lines down; the display name is our submission key.</summary>
/// <remarks>
/// https://ai.google.dev/gemini-api/docs/batch-api and https://ai.google.dev/api/batch-api, read 2026-11-20. Always the file form, never inline: the
/// create, which costs money and is never repeated, stays a few hundred bytes with a send limit of its own, the upload may be repeated for nothing, and
/// results come as a stream instead of one body of up to 20 MB.
/// </remarks>
internal sealed class GeminiBatchBackend : IBatchBackend
{
    private const int PageSize = 100;
    private static readonly int[] EndedStatuses = [400, 409];

    private readonly ProviderHttp _http;
    private readonly GeminiEndpoint _endpoint;
    private readonly GeminiRequestRenderer _renderer;
    private readonly GeminiFiles _files;
    private readonly BatchCalls _calls;

    public GeminiBatchBackend(ProviderHttp http, GeminiEndpoint endpoint, GeminiRequestRenderer renderer, ProviderConnection connection)
    {
        _http = http;
        _endpoint = endpoint;
        _renderer = renderer;
        Limits = connection.Apply(ProviderLimits);
        _files = new GeminiFiles(http, endpoint, renderer, Limits);
        _calls = new BatchCalls(http, GeminiErrorReader.Instance);
    }

    /// <summary>The documented limits. Tokens that may wait per model depend on the account's tier and are told by no call.</summary>
    public static BatchLimits ProviderLimits { get; } = new()
    {
        // No most is documented; 200,000 is what Vertex AI says for the same models (UNVERIFIED here).
        MaxRequests = 200_000,
        // 2 GB: https://ai.google.dev/gemini-api/docs/rate-limits#batch-api, read 2026-08-18; read as decimal, the smaller reading.
        MaxBytes = 2_000_000_000,
        // https://ai.google.dev/gemini-api/docs/rate-limits#batch-api, read 2026-11-20.
        OpenBatchCaps = [new OpenBatchCap(100)],
        OneModelPerBatch = true,
        // Expires after 48 hours without any result; results are kept six weeks: the batch page.
        Window = TimeSpan.FromHours(48),
        ResultRetention = TimeSpan.FromDays(40),
        KeepsFinishedOnExpiry = false,
        OrphanSearch = OrphanSearch.ByKey,
        CancelTime = TimeSpan.FromMinutes(10),
        PollInterval = TimeSpan.FromSeconds(60),
    };

    /// <inheritdoc/>
    public BatchLimits Limits { get; }

    /// <inheritdoc/>
    public long? MeasureLine(Envelope envelope)
    {
        try
        {
            using var body = new CountingWriter();
            _renderer.Render(envelope, body);
            return body.Written + new GeminiBatchLine(_renderer, envelope.Kind).Overhead;
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
        if (await ModelOfAsync(input, cancellationToken).ConfigureAwait(false) is not { } model)
        {
            return new CreateOutcome.Refused(new ProviderFailure(FailureStage.Create, FailureCause.InvalidRequest, ProviderCode: "empty"));
        }

        var path = GeminiEndpoint.Model(model, input.Kind == EndpointKind.Embeddings ? "asyncBatchEmbedContent" : "batchGenerateContent");
        var body = CreateBody(input, staged);
        return await _calls.CreateAsync(() => _endpoint.Post(path, body), input.SendLimit, root => root.Text("name"), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        // No filter and no documented order: every page is read, and the name proves.
        var found = new List<OrphanCandidate>();
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        var token = "";
        do
        {
            var path = $"/v1beta/batches?pageSize={PageSize}" + (token.Length > 0 ? "&pageToken=" + Uri.EscapeDataString(token) : "");
            var page = await _calls.PageAsync(() => _endpoint.Request(HttpMethod.Get, path), ReadPage, cancellationToken).ConfigureAwait(false);
            found.AddRange(page.Batches
                .Where(batch => batch.DisplayName == query.SubmissionKey || (batch.InputFile is { Length: > 0 } file && file == query.StagedReference))
                .Select(batch => new OrphanCandidate(batch.Name, IsProven: true, batch.CreatedAt ?? query.From)));
            token = page.Next;
        }
        while (token.Length > 0 && tokens.Add(token));
        return [.. found.DistinctBy(candidate => candidate.ProviderBatchId)];
    }

    /// <inheritdoc/>
    public Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        var path = GeminiEndpoint.Resource(providerBatchId, "batches");
        return _calls.PollAsync(
            () => _endpoint.Request(HttpMethod.Get, path),
            (root, _, wait) => GeminiOperation.Read(root) is { } batch ? GeminiBatchStatus.Snapshot(batch, wait) : null,
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        // How a cancel of an ended batch is refused is not documented (UNVERIFIED), so the batch itself is asked.
        var path = GeminiEndpoint.Resource(providerBatchId, "batches", ":cancel");
        return _calls.CancelAsync(() => _endpoint.Post(path, "{}"u8.ToArray()), token => PollAsync(providerBatchId, token), EndedStatuses, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long number = 0;
        foreach (var reference in batch.ResultReferences.Where(reference => !string.IsNullOrWhiteSpace(reference)))
        {
            var lines = reference.StartsWith("batches/", StringComparison.Ordinal)
                ? ReadInlinedAsync(reference, number, cancellationToken)
                : _files.ReadLinesAsync(reference, number, cancellationToken);
            await foreach (var line in lines.ConfigureAwait(false))
            {
                number = line.LineNumber;
                yield return line;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default)
    {
        if (batch is { ProviderBatchId.Length: > 0, Phase: BatchPhase.Running or BatchPhase.Cancelling })
        {
            // A delete stops the batch and takes its results along.
            return new ProviderFailure(FailureStage.Clean, FailureCause.InvalidRequest, ProviderCode: "not-ended");
        }

        ProviderFailure? first = null;
        foreach (var file in batch.ResultReferences.Append(staged?.Reference ?? "").Where(file => file.StartsWith("files/", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal))
        {
            var failure = await _files.DeleteAsync(file, cancellationToken).ConfigureAwait(false);
            first ??= failure;
        }

        if (batch.ProviderBatchId.Length == 0)
        {
            return first;
        }

        var path = GeminiEndpoint.Resource(batch.ProviderBatchId, "batches");
        return await _calls.DeleteAsync(() => _endpoint.Request(HttpMethod.Delete, path), cancellationToken).ConfigureAwait(false) is { } kept ? first ?? kept : first;
    }

    private async IAsyncEnumerable<BatchLine> ReadInlinedAsync(string name, long before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = GeminiEndpoint.Resource(name, "batches");
        var reply = await _calls.SmallAsync(() => _endpoint.Request(HttpMethod.Get, path), FailureStage.Collect, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(_http.Id);
        var lines = GeminiOperation.Parse(ok.Body, root => GeminiOperation.Inlined(root).Select(line => GeminiBatchLineReader.Read(line, ++before)).ToList())
            ?? throw new ProviderException(_http.Id, new ProviderFailure(FailureStage.Collect, FailureCause.Malformed, 200));
        foreach (var line in lines)
        {
            yield return line;
        }
    }

    // The model stands in the address; all items share it, so the first tells.
    private static async Task<string?> ModelOfAsync(BatchInput input, CancellationToken cancellationToken)
    {
        await foreach (var item in input.Items(cancellationToken).ConfigureAwait(false))
        {
            return item.Envelope.Model.Name;
        }

        return null;
    }

    private static byte[] CreateBody(BatchInput input, StagedInput staged)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output, GeminiRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("batch"u8);
            writer.WriteString("displayName"u8, input.SubmissionKey);
            writer.WriteStartObject("inputConfig"u8);
            writer.WriteString("fileName"u8, staged.Reference);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    // An empty list has no member at all.
    private static GeminiPage? ReadPage(JsonElement root) => root.ValueKind != JsonValueKind.Object ? null : new GeminiPage(
        [.. root.Items("operations").Concat(root.Items("batches")).Select(GeminiOperation.Read).OfType<GeminiOperation>()], root.Text("nextPageToken") ?? "");

    private sealed record GeminiPage(IReadOnlyList<GeminiOperation> Batches, string Next);
}
