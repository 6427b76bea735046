using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parsimony.Providers.Azure;

/// <summary>
/// Batches whose input and output lie in a storage account of the caller's: up to 1 GB, and no limit to their number
/// (https://github.com/MicrosoftDocs/azure-ai-docs, articles/foundry-classic/openai/how-to/batch-blob-storage.md of 2025-11-26, read 2026-11-20).
/// </summary>
/// <remarks>Such a batch takes no metadata: the input's address, which holds our key, proves whose it is.</remarks>
internal sealed class AzureBlobBatchBackend : IBatchBackend
{
    private static readonly int[] EndedStatuses = [400, 409];

    private readonly OpenAIParts _parts;
    private readonly OpenAIBatchProfile _batches;
    private readonly AzureBlobs _blobs;
    private readonly BatchCalls _calls;
    private readonly BatchCalls _storage;
    private readonly OpenAIBatchBackend _files;

    public AzureBlobBatchBackend(OpenAIParts parts, OpenAIBatchProfile batches, AzureBlobs blobs, ProviderHttp storage)
    {
        _parts = parts;
        _batches = batches with { Limits = batches.Limits with { MaxBytes = 1_000_000_000 } };
        _blobs = blobs;
        _calls = new BatchCalls(parts.Http, OpenAIErrorReader.Instance);
        _storage = new BatchCalls(storage, AzureBlobErrorReader.Instance);
        _files = new OpenAIBatchBackend(parts, _batches);
        Limits = parts.Connection.Apply(_batches.Limits);
    }

    /// <inheritdoc/>
    public BatchLimits Limits { get; }

    /// <inheritdoc/>
    public long? MeasureLine(Envelope envelope) => _files.MeasureLine(envelope);

    /// <inheritdoc/>
    public async Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default)
    {
        var name = $"{input.SubmissionKey}/input.jsonl";
        var upload = _blobs.Upload(name, input.SendLimit);
        await using var _ = upload.ConfigureAwait(false);
        try
        {
            var lines = new BatchFile(_parts.Profile.Id, Limits, new OpenAIBatchLine(_parts.Renderer, _batches, input.Kind));
            await lines.WriteAsync(input, upload, cancellationToken).ConfigureAwait(false);
            await upload.FinishAsync(cancellationToken).ConfigureAwait(false);
            return new StageOutcome.Staged(new StagedInput(_blobs.AddressOf(name)));
        }
        catch (ProviderException e)
        {
            // Blocks that were put and never listed are gone after a week: the same page.
            return new StageOutcome.Failed(e.Failure);
        }
    }

    /// <inheritdoc/>
    public Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteNull("input_file_id"u8);
            writer.WriteString("input_blob"u8, staged.Reference);
            writer.WriteStartObject("output_folder"u8);
            writer.WriteString("url"u8, _blobs.AddressOf($"{input.SubmissionKey}/output"));
            writer.WriteEndObject();
            writer.WriteString("endpoint"u8, $"{_batches.EndpointPrefix}/{OpenAIEndpoint.BatchPathOf(input.Kind)}");
            writer.WriteString("completion_window"u8, _batches.Window);
            writer.WriteEndObject();
        }

        return _calls.CreateAsync(() => _parts.Endpoint.Post("batches", body.WrittenMemory), input.SendLimit, root => root.Text("id"), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        var found = new List<OrphanCandidate>();
        var from = DateTimeOffset.FromUnixTimeSeconds(query.From.ToUnixTimeSeconds());
        await foreach (var page in _files.PagesAsync(from, cancellationToken).ConfigureAwait(false))
        {
            found.AddRange(page
                .Where(batch => batch.InputBlob is { } blob && (blob == query.StagedReference || _blobs.NameOf(blob) == $"{query.SubmissionKey}/input.jsonl"))
                .Select(batch => new OrphanCandidate(batch.Id, IsProven: true, batch.CreatedAt ?? query.From)));
        }

        return [.. found.DistinctBy(candidate => candidate.ProviderBatchId)];
    }

    /// <inheritdoc/>
    public Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default) => _files.PollAsync(providerBatchId, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default) =>
        _calls.CancelAsync(
            () => _parts.Endpoint.Request(HttpMethod.Post, $"batches/{OpenAIEndpoint.Segment(providerBatchId)}/cancel"),
            token => PollAsync(providerBatchId, token),
            EndedStatuses,
            cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BatchLine> ReadResultsAsync(BatchSnapshot batch, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long number = 0;
        foreach (var name in batch.ResultReferences.Select(_blobs.NameOf).OfType<string>())
        {
            await foreach (var line in ReadBlobAsync(name, cancellationToken).ConfigureAwait(false))
            {
                yield return OpenAIBatchLineReader.Read(line.Bytes, ++number, _parts.Profile);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default)
    {
        ProviderFailure? first = null;
        foreach (var name in batch.ResultReferences.Append(staged?.Reference ?? "").Select(_blobs.NameOf).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var failure = await _storage.DeleteAsync(() => _blobs.Request(HttpMethod.Delete, name), cancellationToken).ConfigureAwait(false);
            first ??= failure;
        }

        return first;
    }

    /// <summary>The lines of a blob. Both paths are told whether there is a blob or not: one that is not there holds nothing.</summary>
    private async IAsyncEnumerable<JsonLine> ReadBlobAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var lines = _storage.ReadLinesAsync(() => _blobs.Request(HttpMethod.Get, name), cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await lines.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (ProviderException e) when (e.Failure.Status == 404)
            {
                yield break;
            }

            yield return lines.Current;
        }
    }
}
