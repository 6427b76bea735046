using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace Parsimony.Providers;

/// <summary>The files batches use: input up, results down, both gone (https://platform.openai.com/docs/api-reference/files, read 2026-11-20).</summary>
internal sealed class OpenAIFiles(BatchCalls calls, OpenAIParts parts, OpenAIBatchProfile batches, BatchLimits limits)
{
    /// <summary>Uploads a batch's input, rendered while it is sent.</summary>
    public Task<StageOutcome> UploadAsync(BatchInput input, CancellationToken cancellationToken) =>
        calls.StageAsync(() => Upload(input), input.SendLimit, root => root.Text("id"), cancellationToken);

    /// <summary>Streams the lines of result files, one after the other. An empty name is no file.</summary>
    public async IAsyncEnumerable<BatchLine> ReadLinesAsync(IEnumerable<string> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long number = 0;
        foreach (var file in files.Where(file => !string.IsNullOrWhiteSpace(file)))
        {
            var path = $"files/{OpenAIEndpoint.Segment(file)}/content";
            await foreach (var line in calls.ReadLinesAsync(() => parts.Endpoint.Request(HttpMethod.Get, path), cancellationToken).ConfigureAwait(false))
            {
                yield return OpenAIBatchLineReader.Read(line.Bytes, ++number, parts.Profile);
            }
        }
    }

    /// <summary>Deletes a file; null when it is gone.</summary>
    public Task<ProviderFailure?> DeleteAsync(string file, CancellationToken cancellationToken)
    {
        var path = $"files/{OpenAIEndpoint.Segment(file)}";
        return calls.DeleteAsync(() => parts.Endpoint.Request(HttpMethod.Delete, path), cancellationToken);
    }

    private HttpRequestMessage Upload(BatchInput input)
    {
        // A boundary of our own keeps the bytes of a second try the same; no JSON line can hold its line break.
        var boundary = $"parsimony-{input.SubmissionKey}";
        var form = new MultipartFormDataContent(boundary);
        form.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={boundary}");
        foreach (var (name, value) in batches.FilePurpose is { } purpose ? batches.UploadFields.Prepend(("purpose", purpose)) : batches.UploadFields)
        {
            var field = new StringContent(value);
            field.Headers.ContentType = null;
            field.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{name}\"" };
            form.Add(field);
        }

        var lines = new BatchFile(parts.Profile.Id, limits, new OpenAIBatchLine(parts.Renderer, batches, input.Kind));
        var file = new StreamedContent((stream, cancellationToken) => lines.WriteAsync(input, stream, cancellationToken), "application/jsonl");
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = $"\"{input.SubmissionKey}.jsonl\"" };
        form.Add(file);
        var request = parts.Endpoint.Request(HttpMethod.Post, batches.UploadPath);
        request.Content = form;
        return request;
    }
}
