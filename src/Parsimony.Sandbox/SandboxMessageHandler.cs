using System.Net;
using Parsimony.Sandbox.Model;

namespace Parsimony.Sandbox;

/// <summary>
/// The simulated providers without a network: <c>http://openai.sandbox/v1/...</c>, <c>http://anthropic.sandbox/v1/...</c> and so on, the first part of
/// the host name decides. Bodies are streamed both ways; a broken connection is the exception a socket would give. Thread safe.
/// </summary>
public sealed class SandboxMessageHandler : HttpMessageHandler
{
    private readonly SandboxWorld _world;
    private readonly TimeProvider? _clock;

    /// <summary>Serves a world.</summary>
    /// <param name="world">The simulated providers; not owned.</param>
    /// <param name="latencyClock">Waits out latencies and slow bytes; null, the default, replies at once, so a test's clock need not move.</param>
    public SandboxMessageHandler(SandboxWorld world, TimeProvider? latencyClock = null)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
        _clock = latencyClock;
    }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        var provider = ProviderOf(address);
        await using var upload = new PipedUpload(request.Content, cancellationToken);
        SandboxResponse response;
        try
        {
            response = await _world.HandleAsync(provider, Translate(request, address, upload.Body), cancellationToken).ConfigureAwait(false);
        }
        catch (SandboxDisconnectException)
        {
            throw Broken();
        }

        if (_clock is not null && response.Latency > TimeSpan.Zero)
            await Task.Delay(response.Latency, _clock, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (response.Disconnect)
            throw Broken();
        return Translate(request, response);
    }

    private static HttpRequestException Broken() =>
        new(HttpRequestError.ResponseEnded, "The sandbox closed the connection before it replied.");

    private static string ProviderOf(Uri address) =>
        address.Host.Split('.').SkipWhile(part => part == "api").FirstOrDefault() is { } name && SandboxWorld.Providers.Contains(name)
            ? name
            : throw new HttpRequestException(HttpRequestError.NameResolutionError, $"The sandbox has no host '{address.Host}'.");

    private static SandboxRequest Translate(HttpRequestMessage request, Uri address, Stream body)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers.NonValidated)
            headers[name] = values.ToString();
        if (request.Content is { } content)
        {
            foreach (var (name, values) in content.Headers.NonValidated)
                headers[name] = values.ToString();
        }

        return new SandboxRequest
        {
            Method = request.Method.Method,
            Path = Uri.UnescapeDataString(address.AbsolutePath),
            Query = address.Query,
            Target = address.AbsoluteUri,
            Headers = headers,
            Body = body,
        };
    }

    private HttpResponseMessage Translate(HttpRequestMessage request, SandboxResponse response)
    {
        var message = new HttpResponseMessage((HttpStatusCode)response.Status)
        {
            RequestMessage = request,
            Content = new StreamContent(new PipedDownload(response, _clock)),
        };
        foreach (var (name, value) in response.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}
