namespace Parsimony.EndToEnd.Tests;

/// <summary>The way from one simulated process to the simulated providers: a process can die before a call is made, or before its reply is heard.</summary>
internal sealed class SimulatedNetwork(HttpMessageHandler providers, Turnstile turnstile) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _providers = new(providers, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await turnstile.PassAsync($"before {request.Method} {request.RequestUri?.AbsolutePath}");
        HttpResponseMessage response;
        try
        {
            response = await _providers.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException)
        {
            await turnstile.PassAsync("after a broken connection");
            throw;
        }

        await turnstile.PassAsync($"after {request.Method} {request.RequestUri?.AbsolutePath}");
        return response;
    }
}
