namespace Parsimony.EndToEnd.Tests;

/// <summary>The way from one node to the simulated providers: a call can be given up before it is made, or made and its reply lost.</summary>
internal sealed class SimulatedNetwork(HttpMessageHandler providers, NodeLink link) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _providers = new(providers, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var lane = Turnstile.Current;
        var call = $"{request.Method} {request.RequestUri?.AbsolutePath}";
        await lane.PassAsync($"before {call}", EffectKind.Provider);
        // A node that wakes past the limit of its call gives it up before a byte is sent: see SimulatedNode.GoOn.
        cancellationToken.ThrowIfCancellationRequested();
        link.DemandProvider(lane, isApplied: false);
        HttpResponseMessage response;
        try
        {
            response = await _providers.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException)
        {
            await lane.PassAsync("after a broken connection", EffectKind.Provider);
            throw;
        }

        await lane.PassAsync($"after {call}", EffectKind.Provider, isCritical: request.Method == HttpMethod.Post);
        try
        {
            link.DemandProvider(lane, isApplied: true);
        }
        catch (HttpRequestException)
        {
            response.Dispose();
            throw;
        }

        return response;
    }
}
