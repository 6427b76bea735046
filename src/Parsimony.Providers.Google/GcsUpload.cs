using System.Globalization;
using System.Net.Http.Headers;

namespace Parsimony.Providers.Google;

/// <summary>One resumable upload session. A part that arrived only partly is sent on from where the store stands.</summary>
/// <remarks>
/// https://docs.cloud.google.com/storage/docs/performing-resumable-uploads, read 2026-11-21. The 308 of a part that is not the last comes as a 200 with
/// <c>X-HTTP-Status-Code-Override</c> when <c>X-GUploader-No-308</c> asks for that, as Google's own clients do (googleapis/google-api-go-client), so
/// that nothing between here and there takes it for a redirect.
/// </remarks>
internal sealed class GcsUpload(ProviderHttp http, Uri session, TimeSpan limit) : PartedUpload(UsualPartBytes)
{
    private const int Tries = 3;

    private long _offset;

    /// <inheritdoc/>
    protected override async Task SendPartAsync(ReadOnlyMemory<byte> part, bool isLast, CancellationToken cancellationToken)
    {
        var offset = _offset;
        _offset += part.Length;
        var from = 0;
        var total = isLast ? offset + part.Length : (long?)null;
        for (var attempt = 1; ; attempt++)
        {
            var reply = await CallAsync(part[from..], offset + from, total, cancellationToken).ConfigureAwait(false);
            var failure = reply is HttpReply.Ok ? null : reply.WhyNot;
            if (failure is { Cause: FailureCause.Transport or FailureCause.Timeout } && attempt < Tries)
            {
                reply = await CallAsync(default, null, total, cancellationToken).ConfigureAwait(false);
            }

            if (reply is not HttpReply.Ok ok)
            {
                throw new ProviderException(http.Id, failure ?? reply.WhyNot);
            }

            using (ok)
            {
                if (Received(ok, total) is not { } received || received < offset || received > offset + part.Length)
                {
                    throw new ProviderException(http.Id, failure ?? new ProviderFailure(FailureStage.Stage, FailureCause.Malformed, 200, ProviderCode: "range"));
                }

                if (received == offset + part.Length && (!isLast || IsComplete(ok)))
                {
                    return;
                }

                from = (int)(received - offset);
            }

            if (attempt == Tries)
            {
                throw new ProviderException(http.Id, failure ?? new ProviderFailure(FailureStage.Stage, FailureCause.Transport, ProviderCode: "range"));
            }
        }
    }

    private static bool IsComplete(HttpReply.Ok ok) => !ok.Response.Headers.Contains("X-HTTP-Status-Code-Override");

    /// <summary>How many bytes of the object have arrived; null when the reply does not say.</summary>
    private static long? Received(HttpReply.Ok ok, long? total)
    {
        if (IsComplete(ok))
        {
            // The finished object tells its size: another one than was sent is no success.
            return BatchCalls.Parse(ok.Body, root => GeminiNumbers.Whole(root, "size") is { } size ? Tuple.Create(size) : null)?.Item1 is { } whole && whole == total ? whole : null;
        }

        // No range at all: nothing has arrived.
        var range = (ok.Response.Headers.TryGetValues("Range", out var values) ? values : ok.Response.Content.Headers.TryGetValues("Range", out var others) ? others : []).FirstOrDefault();
        return range is null ? 0
            : range.LastIndexOf('-') is var dash and >= 0 && long.TryParse(range.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last + 1
            : null;
    }

    private Task<HttpReply> CallAsync(ReadOnlyMemory<byte> part, long? from, long? total, CancellationToken cancellationToken) => http.SendForBodyAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Put, session) { Content = new ReadOnlyMemoryContent(part) };
            request.Headers.TryAddWithoutValidation("X-GUploader-No-308", "yes");
            var length = total?.ToString(CultureInfo.InvariantCulture) ?? "*";
            var range = from is { } start && part.Length > 0 ? $"bytes {start.ToString(CultureInfo.InvariantCulture)}-{(start + part.Length - 1).ToString(CultureInfo.InvariantCulture)}/{length}" : $"bytes */{length}";
            request.Content.Headers.TryAddWithoutValidation("Content-Range", range);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/jsonl");
            return request;
        },
        FailureStage.Stage, limit, GeminiErrorReader.Instance, cancellationToken);
}
