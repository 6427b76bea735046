using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace Parsimony.Providers;

/// <summary>OpenAI's files as batches use them: input up, results down, both gone (https://platform.openai.com/docs/api-reference/files, read 2026-11-20).</summary>
internal sealed class OpenAIFiles(ProviderHttp http, OpenAIEndpoint endpoint, OpenAIRequestRenderer renderer, BatchLimits limits)
{
    private static readonly TimeSpan SmallCallLimit = TimeSpan.FromSeconds(60);

    /// <summary>Uploads a batch's input, rendered while it is sent.</summary>
    public async Task<StageOutcome> UploadAsync(BatchInput input, CancellationToken cancellationToken)
    {
        var reply = await http.SendForBodyAsync(() => Upload(input), FailureStage.Stage, input.SendLimit, OpenAIErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        if (reply is not HttpReply.Ok ok)
        {
            return new StageOutcome.Failed(reply.WhyNot);
        }

        using (ok)
        {
            return OpenAIReply.Parse(ok.Body, root => root.Text("id")) is { Length: > 0 } id
                ? new StageOutcome.Staged(new StagedInput(id))
                : new StageOutcome.Failed(new ProviderFailure(FailureStage.Stage, FailureCause.Malformed));
        }
    }

    /// <summary>Streams the lines of result files, one after the other. An empty name is no file.</summary>
    public async IAsyncEnumerable<BatchLine> ReadLinesAsync(IEnumerable<string> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long number = 0;
        foreach (var file in files.Where(file => !string.IsNullOrWhiteSpace(file)))
        {
            var path = $"files/{OpenAIEndpoint.Segment(file)}/content";
            var reply = await http.SendAsync(
                () => endpoint.Request(HttpMethod.Get, path), FailureStage.Collect, ProviderHttp.StallLimit, OpenAIErrorReader.Instance, cancellationToken).ConfigureAwait(false);
            if (reply is not HttpReply.Ok ok)
            {
                throw new ProviderException(ProviderId.OpenAI, reply.WhyNot);
            }

            using (ok)
            {
                var stream = await http.OpenAsync(ok.Response, FailureStage.Collect, cancellationToken).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    await foreach (var line in JsonLines.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
                    {
                        yield return OpenAIBatchLineReader.Read(line.Bytes, ++number);
                    }
                }
            }
        }
    }

    /// <summary>Deletes a file; null when it is gone.</summary>
    public async Task<ProviderFailure?> DeleteAsync(string file, CancellationToken cancellationToken)
    {
        var path = $"files/{OpenAIEndpoint.Segment(file)}";
        var reply = await http.SendForBodyAsync(
            () => endpoint.Request(HttpMethod.Delete, path), FailureStage.Clean, SmallCallLimit, OpenAIErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        if (reply is HttpReply.Ok ok)
        {
            ok.Dispose();
            return null;
        }

        return reply.WhyNot is { Status: not (404 or 410) } failure ? failure : null;
    }

    private HttpRequestMessage Upload(BatchInput input)
    {
        // A boundary of our own keeps the bytes of a second try the same; no JSON line can hold its line break.
        var boundary = $"parsimony-{input.SubmissionKey}";
        var form = new MultipartFormDataContent(boundary);
        form.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={boundary}");
        var purpose = new StringContent("batch");
        purpose.Headers.ContentType = null;
        purpose.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"purpose\"" };
        form.Add(purpose);
        var lines = new OpenAIBatchInput(renderer, limits);
        var file = new StreamedContent((stream, cancellationToken) => lines.WriteAsync(input, stream, cancellationToken), "application/jsonl");
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = $"\"{input.SubmissionKey}.jsonl\"" };
        form.Add(file);
        var request = endpoint.Request(HttpMethod.Post, "files");
        request.Content = form;
        return request;
    }
}
