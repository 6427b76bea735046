using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace Parsimony.Providers;

/// <summary>The files batches use: input up, results down, both gone (https://platform.openai.com/docs/api-reference/files, read 2026-11-20).</summary>
internal sealed class OpenAIFiles(BatchCalls calls, OpenAIParts parts, OpenAIBatchProfile batches, BatchLimits limits)
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Uploads a batch's input, rendered while it is sent.</summary>
    public async Task<StageOutcome> UploadAsync(BatchInput input, CancellationToken cancellationToken)
    {
        var outcome = await calls.StageAsync(() => Upload(input), input.SendLimit, root => root.Text("id"), cancellationToken).ConfigureAwait(false);
        return batches.WaitsForFile && outcome is StageOutcome.Staged { Input: { } staged }
            ? await SettledAsync(staged, input.SendLimit, cancellationToken).ConfigureAwait(false)
            : outcome;
    }

    /// <summary>Looks at a file until the provider has taken it in: a batch made of it before is refused.</summary>
    private async Task<StageOutcome> SettledAsync(StagedInput staged, TimeSpan limit, CancellationToken cancellationToken)
    {
        var path = $"files/{OpenAIEndpoint.Segment(staged.Reference)}";
        var clock = parts.Http.Clock;
        var started = clock.GetTimestamp();
        for (var wait = FirstLook; ; wait = wait < LongestWait ? wait * 2 : LongestWait)
        {
            var reply = await calls.SmallAsync(() => parts.Endpoint.Request(HttpMethod.Get, path), FailureStage.Stage, cancellationToken).ConfigureAwait(false);
            if (reply is not HttpReply.Ok ok)
            {
                return new StageOutcome.Failed(reply.WhyNot);
            }

            using (ok)
            {
                switch (BatchCalls.Parse(ok.Body, root => root.Text("status"))?.ToLowerInvariant())
                {
                    case "pending" or "running" or "uploaded" or "processing" or "notstarted":
                        break;
                    case "error" or "failed" or "deleted":
                        return new StageOutcome.Failed(new ProviderFailure(FailureStage.Stage, FailureCause.InvalidRequest, ProviderCode: "file"));
                    default:
                        // Processed, or a word newer than this code: the create will tell.
                        return new StageOutcome.Staged(staged);
                }
            }

            if (clock.GetElapsedTime(started) > limit)
            {
                return new StageOutcome.Failed(new ProviderFailure(FailureStage.Stage, FailureCause.Timeout, ProviderCode: "file"));
            }

            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
    }

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
