using System.Globalization;
using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>One resumable upload session of the Files API. A part whose connection broke is asked for and sent on, a few times; nothing here costs money.</summary>
/// <remarks>
/// Headers and commands: https://ai.google.dev/gemini-api/docs/files and googleapis/go-genai files.go (which, too, starts without a length), read 2026-11-21.
/// </remarks>
internal sealed class GeminiUpload(ProviderHttp http, Uri session, TimeSpan limit) : PartedUpload(UsualPartBytes)
{
    private const int Tries = 3;

    private long _offset;

    /// <summary>The reply to the last part.</summary>
    public ReadOnlyMemory<byte> Result { get; private set; }

    /// <summary>Gives the session up, so that what is half there does not count; whether that succeeds does not matter.</summary>
    public override async Task AbandonAsync()
    {
        var reply = await CallAsync("cancel", null, default, CancellationToken.None).ConfigureAwait(false);
        (reply as HttpReply.Ok)?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task SendPartAsync(ReadOnlyMemory<byte> part, bool isLast, CancellationToken cancellationToken)
    {
        var offset = _offset;
        _offset += part.Length;
        var from = 0;
        for (var attempt = 1; ; attempt++)
        {
            var rest = part[from..];
            var start = offset + from;
            var reply = await CallAsync(isLast ? "upload, finalize" : "upload", start, rest, cancellationToken).ConfigureAwait(false);
            if (reply is HttpReply.Ok ok)
            {
                using (ok)
                {
                    Result = ok.Body;
                    return;
                }
            }

            var failure = reply.WhyNot;
            if (failure.Cause is not (FailureCause.Transport or FailureCause.Timeout) || attempt == Tries
                || await ReceivedAsync(cancellationToken).ConfigureAwait(false) is not { } received || received < offset || received > offset + part.Length)
            {
                throw new ProviderException(http.Id, failure);
            }

            from = (int)(received - offset);
        }
    }

    /// <summary>How many bytes have arrived; null when the session does not go on.</summary>
    private async Task<long?> ReceivedAsync(CancellationToken cancellationToken)
    {
        var reply = await CallAsync("query", null, default, cancellationToken).ConfigureAwait(false);
        if (reply is not HttpReply.Ok ok)
        {
            return null;
        }

        using (ok)
        {
            return Header(ok.Response, "X-Goog-Upload-Status") == "active"
                && long.TryParse(Header(ok.Response, "X-Goog-Upload-Size-Received"), NumberStyles.None, CultureInfo.InvariantCulture, out var received)
                ? received
                : null;
        }
    }

    private Task<HttpReply> CallAsync(string command, long? offset, ReadOnlyMemory<byte> part, CancellationToken cancellationToken) => http.SendForBodyAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, session) { Content = new ReadOnlyMemoryContent(part) };
            request.Content.Headers.ContentType = offset is null ? null : new MediaTypeHeaderValue("application/jsonl");
            request.Headers.TryAddWithoutValidation("X-Goog-Upload-Command", command);
            if (offset is { } bytes)
            {
                request.Headers.TryAddWithoutValidation("X-Goog-Upload-Offset", bytes.ToString(CultureInfo.InvariantCulture));
            }

            return request;
        },
        FailureStage.Stage, limit, GeminiErrorReader.Instance, cancellationToken);

    /// <summary>A header of a reply; null when it is absent.</summary>
    public static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
