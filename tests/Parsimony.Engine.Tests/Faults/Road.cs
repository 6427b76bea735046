namespace Parsimony.Engine.Tests;

/// <summary>The way to the simulated providers: notes each call as <c>POST /v1/batches</c>, in order.</summary>
internal sealed class Road(HttpMessageHandler providers) : DelegatingHandler(providers)
{
    private readonly Lock _lock = new();
    private readonly List<string> _calls = [];

    public int Count(string call)
    {
        lock (_lock)
        {
            return _calls.Count(made => made == call);
        }
    }

    public int CountEnding(string ending)
    {
        lock (_lock)
        {
            return _calls.Count(made => made.EndsWith(ending, StringComparison.Ordinal));
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _calls.Add($"{request.Method} {request.RequestUri?.AbsolutePath}");
        }

        return base.SendAsync(request, cancellationToken);
    }
}
