using System.Buffers;

namespace Parsimony.Providers;

/// <summary>Sends one request, once, and says how it ended. Never retries.</summary>
/// <remarks>The client's own <see cref="HttpClient.Timeout"/> should be infinite: each call brings its limit.</remarks>
internal sealed class ProviderHttp(HttpClient client, ProviderId id, TimeProvider clock, IRequestAuthorizer? authorizer = null)
{
    /// <summary>How long a download may give no byte.</summary>
    public static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(100);

    /// <summary>How long one download may take in all.</summary>
    public static readonly TimeSpan DownloadLimit = TimeSpan.FromHours(2);

    private const int LargestErrorBody = 64 * 1024;
    private const int LargestBody = 512 * 1024 * 1024;

    public ProviderId Id { get; } = id;

    public TimeProvider Clock { get; } = clock;

    /// <summary>The same for addresses that are signed already, and go elsewhere: no authorizer.</summary>
    public ProviderHttp Unsigned() => new(client, Id, Clock);

    /// <summary>Sends and waits for the reply's head; the limit ends there. The caller disposes an <see cref="HttpReply.Ok"/>.</summary>
    /// <param name="make">Makes the request, called once.</param>
    /// <param name="stage">The stage failures are told for.</param>
    /// <param name="limit">When to give up waiting.</param>
    /// <param name="errors">Reads replies other than 2xx.</param>
    /// <param name="cancellationToken">The caller's; only it throws <see cref="OperationCanceledException"/>.</param>
    public Task<HttpReply> SendAsync(
        Func<HttpRequestMessage> make, FailureStage stage, TimeSpan limit, IErrorReader errors, CancellationToken cancellationToken) =>
        SendOnceAsync(make, stage, limit, errors, readsBody: false, cancellationToken);

    /// <summary>Like <c>SendAsync</c>, but the limit covers reading the whole body, too.</summary>
    public Task<HttpReply> SendForBodyAsync(
        Func<HttpRequestMessage> make, FailureStage stage, TimeSpan limit, IErrorReader errors, CancellationToken cancellationToken) =>
        SendOnceAsync(make, stage, limit, errors, readsBody: true, cancellationToken);

    /// <summary>The body of a reply whose head was read: every break, stall or time-out while reading is a <see cref="ProviderException"/> of the stage.</summary>
    public async Task<Stream> OpenAsync(HttpResponseMessage response, FailureStage stage, CancellationToken cancellationToken) =>
        new ResponseStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), this, stage, StallLimit, DownloadLimit);

    private async Task<HttpReply> SendOnceAsync(
        Func<HttpRequestMessage> make, FailureStage stage, TimeSpan limit, IErrorReader errors, bool readsBody, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        HttpResponseMessage? response = null;
        var isHandedOver = false;
        try
        {
            using var request = make();
            if (await AuthorizeAsync(request, stage, both.Token).ConfigureAwait(false) is { } unauthorized)
            {
                return new HttpReply.Unsent(unauthorized);
            }

            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return new HttpReply.Refused(await ReadFailureAsync(response, stage, errors, both.Token).ConfigureAwait(false));
            }

            var body = readsBody ? await ReadBodyAsync(response, both.Token).ConfigureAwait(false) : default(ReadOnlyMemory<byte>);
            if (body is not { } whole)
            {
                return new HttpReply.Lost(new ProviderFailure(stage, FailureCause.Malformed, (int)response.StatusCode));
            }

            isHandedOver = true;
            return new HttpReply.Ok(response, whole);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HttpReply.Lost(new ProviderFailure(stage, FailureCause.Timeout));
        }
        catch (Exception e) when (e is ProviderException or HttpRequestException or IOException)
        {
            return Broken(stage, e);
        }
        finally
        {
            if (!isHandedOver)
            {
                response?.Dispose();
            }
        }
    }

    /// <summary>Signs the request; null when it is signed, or needs none.</summary>
    private async Task<ProviderFailure?> AuthorizeAsync(HttpRequestMessage request, FailureStage stage, CancellationToken cancellationToken)
    {
        try
        {
            if (authorizer is not null)
            {
                await authorizer.AuthorizeAsync(request, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (ProviderException e)
        {
            return e.Failure with { Stage = stage };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever a cloud's library throws for a credential it cannot get: its text may hold secrets, and is not kept.
            return new ProviderFailure(stage, FailureCause.Credential);
        }
    }

    private static HttpReply Broken(FailureStage stage, Exception exception) => exception switch
    {
        // Thrown by content that renders while it is sent: the body was cut short, so it cannot have been taken.
        ProviderException e => new HttpReply.Unsent(e.Failure),
        { InnerException: ProviderException e } => new HttpReply.Unsent(e.Failure),
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError,
        } => new HttpReply.Unsent(new ProviderFailure(stage, FailureCause.Transport)),
        _ => new HttpReply.Lost(new ProviderFailure(stage, FailureCause.Transport)),
    };

    private async Task<ProviderFailure> ReadFailureAsync(
        HttpResponseMessage response, FailureStage stage, IErrorReader errors, CancellationToken cancellationToken)
    {
        var retryAfter = RetryAfterReader.Read(response.Headers, Clock.GetUtcNow());
        var buffer = new byte[LargestErrorBody];
        var length = 0;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The status alone tells enough; a lost error body changes nothing.
        }

        return errors.Read(stage, (int)response.StatusCode, buffer.AsMemory(0, length), retryAfter, response.Headers);
    }

    /// <summary>The whole body; null when it is larger than any answer.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var body = new ArrayBufferWriter<byte>((int)Math.Clamp(response.Content.Headers.ContentLength ?? 4096, 256, 1024 * 1024));
        while (body.WrittenCount <= LargestBody)
        {
            var read = await stream.ReadAsync(body.GetMemory(4096), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return body.WrittenMemory;
            }

            body.Advance(read);
        }

        return null;
    }
}
