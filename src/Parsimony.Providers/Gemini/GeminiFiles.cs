using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>The Files API as batches use it: input up, results down, both gone.</summary>
/// <remarks>Source: https://ai.google.dev/api/files and .../gemini-api/docs/batch-api, read 2026-11-21. An uploaded file lives 48 hours.</remarks>
internal sealed class GeminiFiles(ProviderHttp http, GeminiEndpoint endpoint, GeminiRequestRenderer renderer, BatchLimits limits)
{
    private readonly BatchCalls _calls = new(http, GeminiErrorReader.Instance);

    /// <summary>Uploads a batch's input in parts, rendered while it is sent.</summary>
    public async Task<StageOutcome> UploadAsync(BatchInput input, CancellationToken cancellationToken)
    {
        var start = await _calls.SmallAsync(() => Start(input), FailureStage.Stage, cancellationToken).ConfigureAwait(false);
        if (start is not HttpReply.Ok ok)
        {
            return new StageOutcome.Failed(start.WhyNot);
        }

        Uri? session;
        using (ok)
        {
            session = endpoint.Session(GeminiUpload.Header(ok.Response, "X-Goog-Upload-URL"));
        }

        if (session is null)
        {
            return new StageOutcome.Failed(new ProviderFailure(FailureStage.Stage, FailureCause.Malformed, 200, ProviderCode: "upload-url"));
        }

        var upload = new GeminiUpload(http, session, input.SendLimit);
        await using var _ = upload.ConfigureAwait(false);
        try
        {
            await new BatchFile(http.Id, limits, new GeminiBatchLine(renderer, input.Kind)).WriteAsync(input, upload, cancellationToken).ConfigureAwait(false);
            await upload.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProviderException e)
        {
            if (e.Failure.Stage == FailureStage.Render)
            {
                await upload.AbandonAsync().ConfigureAwait(false);
            }

            return new StageOutcome.Failed(e.Failure);
        }

        return BatchCalls.Parse(upload.Result, root => root.Object("file")?.Text("name")) is { Length: > 0 } name
            ? new StageOutcome.Staged(new StagedInput(name))
            : new StageOutcome.Failed(new ProviderFailure(FailureStage.Stage, FailureCause.Malformed, 200, ProviderCode: "file-name"));
    }

    /// <summary>Streams the lines of a result file.</summary>
    /// <exception cref="ProviderException">The download could not start, or broke.</exception>
    public async IAsyncEnumerable<BatchLine> ReadLinesAsync(string file, long before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Long ids make files.get fail with 400, so the download is addressed without asking (googleapis/js-genai issue 1227, read 2026-11-20).
        var path = "/download" + GeminiEndpoint.Resource(file, "files", ":download?alt=media");
        await foreach (var line in _calls.ReadLinesAsync(() => endpoint.Request(HttpMethod.Get, path), cancellationToken).ConfigureAwait(false))
        {
            yield return GeminiBatchLineReader.Read(line.Bytes, ++before);
        }
    }

    /// <summary>Deletes a file; null when it is gone.</summary>
    public async Task<ProviderFailure?> DeleteAsync(string file, CancellationToken cancellationToken)
    {
        var path = GeminiEndpoint.Resource(file, "files");
        var failure = await _calls.DeleteAsync(() => endpoint.Request(HttpMethod.Delete, path), cancellationToken).ConfigureAwait(false);

        // A file that is not there, or not (any more) ours, is told as one we may not touch; a long id of a result file is refused as invalid.
        return failure is { Status: 403, Cause: FailureCause.Permission } or { Status: 400, Cause: FailureCause.InvalidRequest } ? null : failure;
    }

    private HttpRequestMessage Start(BatchInput input)
    {
        var name = Encoding.UTF8.GetBytes($$$"""{"file":{"display_name":"{{{JsonEncodedText.Encode(input.SubmissionKey)}}}"}}""");
        var request = endpoint.Post("/upload/v1beta/files", name);
        request.Headers.TryAddWithoutValidation("X-Goog-Upload-Protocol", "resumable");
        request.Headers.TryAddWithoutValidation("X-Goog-Upload-Command", "start");
        request.Headers.TryAddWithoutValidation("X-Goog-Upload-Header-Content-Type", "application/jsonl");
        return request;
    }
}
