using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>The datasets batches use: made, filled, waited for, read, deleted (https://docs.fireworks.ai/api-reference/create-dataset and its neighbours, read 2026-11-20 and 2026-11-21).</summary>
internal sealed class FireworksDatasets(
    ProviderHttp http, ProviderHttp signed, BatchCalls calls, OpenAIEndpoint control, string account, OpenAIRequestRenderer renderer, BatchLimits limits, long largestPost)
{
    // The key of a prefix, the only thing that is said of the cache in a line.
    private const int MostAskedOfCache = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Makes a dataset and fills it. What is known to fit in a post is rendered while it is sent. Of anything else the size must be told first, to the byte, so its lines are
    /// rendered twice: prompts are never put aside in a file.
    /// </summary>
    public async Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken)
    {
        var id = FireworksNames.Input(input.SubmissionKey);
        long? size = null;
        try
        {
            if (!FitsPost(input))
            {
                size = await Lines().WriteAsync(input, Stream.Null, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ProviderException e)
        {
            return new StageOutcome.Failed(e.Failure);
        }

        var failure = await MakeAsync(id, input, cancellationToken).ConfigureAwait(false);
        if (failure is { Status: 409 } or { ProviderCode: "6" })
        {
            // Made before, perhaps by a try whose reply was lost. Once it is ready it has the same bytes, unless requests have left the batch since: never does one join.
            var (count, _) = await ReadyAsync(id, cancellationToken).ConfigureAwait(false);
            if (count == input.Count)
            {
                return new StageOutcome.Staged(new StagedInput(id));
            }

            failure = count is null ? null
                : await DeleteAsync(id, cancellationToken).ConfigureAwait(false) ?? await MakeAsync(id, input, cancellationToken).ConfigureAwait(false);
        }

        failure ??= size is { } bytes && bytes > largestPost
            ? await PutAsync(id, input, bytes, cancellationToken).ConfigureAwait(false)
            : await PostAsync(id, input, cancellationToken).ConfigureAwait(false);
        if (failure is { Stage: FailureStage.Render })
        {
            // A line that cannot go was met on the way, and the upload cut before its end: the dataset was never ready, and nothing will be made of it.
            await DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        }

        failure ??= await WaitAsync(id, cancellationToken).ConfigureAwait(false);
        return failure is null ? new StageOutcome.Staged(new StagedInput(id)) : new StageOutcome.Failed(failure);
    }

    /// <summary>Whether a dataset exists; null when that cannot be told.</summary>
    public async Task<bool?> ExistsAsync(string id, CancellationToken cancellationToken)
    {
        var (_, failure) = await ReadyAsync(id, cancellationToken).ConfigureAwait(false);
        return failure is null ? true : failure.Status == 404 ? false : null;
    }

    /// <summary>Streams the lines of a dataset's files, results first. Their addresses live some ten minutes, so they are asked for each time.</summary>
    public async IAsyncEnumerable<JsonLine> ReadAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var address in await AddressesAsync(id, cancellationToken).ConfigureAwait(false))
        {
            await foreach (var line in new BatchCalls(signed, OpenAIErrorReader.Instance)
                .ReadLinesAsync(() => new HttpRequestMessage(HttpMethod.Get, address), cancellationToken).ConfigureAwait(false))
            {
                yield return line;
            }
        }
    }

    /// <summary>Deletes a dataset; null when it is gone.</summary>
    public Task<ProviderFailure?> DeleteAsync(string id, CancellationToken cancellationToken) =>
        calls.DeleteAsync(() => control.Request(HttpMethod.Delete, PathOf(id)), cancellationToken);

    private string PathOf(string id) => $"accounts/{OpenAIEndpoint.Segment(account)}/datasets/{OpenAIEndpoint.Segment(id)}";

    private BatchFile Lines() => new(http.Id, limits, new FireworksLine(renderer));

    private bool FitsPost(BatchInput input) => input.MostBytes is { } most && most + ((long)input.Count * MostAskedOfCache) <= largestPost;

    private Task<ProviderFailure?> MakeAsync(string id, BatchInput input, CancellationToken cancellationToken) => SmallAsync(
        $"accounts/{OpenAIEndpoint.Segment(account)}/datasets",
        writer =>
        {
            writer.WriteString("datasetId"u8, id);
            writer.WriteStartObject("dataset"u8);
            writer.WriteStartObject("userUploaded"u8);
            writer.WriteEndObject();
            // Left out, the create was answered with 400; a 64-bit number is a text.
            writer.WriteString("exampleCount"u8, input.Count.ToString(CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        },
        cancellationToken);

    private async Task<ProviderFailure?> PostAsync(string id, BatchInput input, CancellationToken cancellationToken)
    {
        var reply = await http.SendForBodyAsync(() => Post(id, input), FailureStage.Stage, input.SendLimit, OpenAIErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        return Failure(reply);
    }

    private HttpRequestMessage Post(string id, BatchInput input)
    {
        // A boundary of our own keeps the bytes of a second try the same; no JSON line can hold its line break.
        var boundary = $"parsimony-{input.SubmissionKey}";
        var form = new MultipartFormDataContent(boundary);
        form.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={boundary}");
        var file = Content(input, "application/jsonl");
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = $"\"{id}.jsonl\"" };
        form.Add(file);
        var request = control.Request(HttpMethod.Post, $"{PathOf(id)}:upload");
        request.Content = form;
        return request;
    }

    private async Task<ProviderFailure?> PutAsync(string id, BatchInput input, long size, CancellationToken cancellationToken)
    {
        var name = $"{id}.jsonl";
        var reply = await calls.SmallAsync(
            () => control.Post($"{PathOf(id)}:getUploadEndpoint", Body(writer =>
            {
                writer.WriteStartObject("filenameToSize"u8);
                writer.WriteString(name, size.ToString(CultureInfo.InvariantCulture));
                writer.WriteEndObject();
            })),
            FailureStage.Stage,
            cancellationToken).ConfigureAwait(false);
        if (reply is not HttpReply.Ok ok)
        {
            return reply.WhyNot;
        }

        List<string>? addresses;
        using (ok)
        {
            addresses = BatchCalls.Parse(ok.Body, FireworksAddresses.Read);
        }

        if (addresses is not [var address, ..])
        {
            return new ProviderFailure(FailureStage.Stage, FailureCause.Malformed);
        }

        var put = await signed.SendForBodyAsync(() => Put(address, input, size), FailureStage.Stage, input.SendLimit, OpenAIErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        return Failure(put) ?? await SmallAsync($"{PathOf(id)}:validateUpload", static _ => { }, cancellationToken).ConfigureAwait(false);
    }

    private HttpRequestMessage Put(string address, BatchInput input, long size)
    {
        var content = Content(input, "application/octet-stream");
        content.Headers.ContentLength = size;
        var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = content };
        // The store holds the caller to the size he named; documented for models (https://docs.fireworks.ai/models/uploading-custom-models-api), UNVERIFIED for datasets.
        request.Headers.TryAddWithoutValidation("x-goog-content-length-range", string.Create(CultureInfo.InvariantCulture, $"{size},{size}"));
        return request;
    }

    private StreamedContent Content(BatchInput input, string mediaType) =>
        new((stream, cancellationToken) => Lines().WriteAsync(input, stream, cancellationToken), mediaType);

    private async Task<ProviderFailure?> WaitAsync(string id, CancellationToken cancellationToken)
    {
        var start = http.Clock.GetTimestamp();
        while (true)
        {
            var (count, failure) = await ReadyAsync(id, cancellationToken).ConfigureAwait(false);
            if (count is not null || failure is { CanRetry: false, Status: not 404 })
            {
                return failure;
            }

            if (http.Clock.GetElapsedTime(start) > Patience)
            {
                return new ProviderFailure(FailureStage.Stage, FailureCause.Timeout, ProviderCode: "dataset_not_ready");
            }

            await Task.Delay(failure?.RetryAfter ?? Pause, http.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How many lines its maker said it has, or -1 where that is not told; null while it is not ready.</summary>
    private async Task<(long? Count, ProviderFailure? Failure)> ReadyAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await calls.SmallAsync(() => control.Request(HttpMethod.Get, PathOf(id)), FailureStage.Stage, cancellationToken).ConfigureAwait(false);
        if (reply is not HttpReply.Ok ok)
        {
            return (null, reply.WhyNot);
        }

        using (ok)
        {
            var count = BatchCalls.Parse(ok.Body, root => root.Text("state") != "READY" ? null
                : (object)(long.TryParse(root.Text("exampleCount"), NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? lines : -1L));
            return (count as long?, null);
        }
    }

    private async Task<List<string>> AddressesAsync(string id, CancellationToken cancellationToken)
    {
        // A body of any kind was refused here.
        var reply = await http.SendForBodyAsync(
            () => control.Request(HttpMethod.Get, $"{PathOf(id)}:getDownloadEndpoint"), FailureStage.Collect, BatchCalls.SmallCallLimit, OpenAIErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(http.Id);
        return BatchCalls.Parse(ok.Body, FireworksAddresses.Read) ?? throw new ProviderException(http.Id, new ProviderFailure(FailureStage.Collect, FailureCause.Malformed));
    }

    private async Task<ProviderFailure?> SmallAsync(string path, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        Failure(await calls.SmallAsync(() => control.Post(path, Body(write)), FailureStage.Stage, cancellationToken).ConfigureAwait(false));

    private static ProviderFailure? Failure(HttpReply reply)
    {
        if (reply is not HttpReply.Ok ok)
        {
            return reply.WhyNot;
        }

        ok.Dispose();
        return null;
    }

    private static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
