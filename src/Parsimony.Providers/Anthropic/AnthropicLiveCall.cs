using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>The plain call: <c>POST /v1/messages</c>, once.</summary>
internal sealed class AnthropicLiveCall(ProviderHttp http, AnthropicEndpoint endpoint, AnthropicRequestRenderer renderer)
{
    private readonly LiveExchange _live = new(http, AnthropicErrorReader.Instance);

    /// <summary>Makes a stored call.</summary>
    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken) => AnthropicEndpoint.IsHeaderSafe(call.CallKey)
        ? _live.SendAsync(call, body => renderer.Render(call.Envelope, call.Cache.Marks, body), body => Request(body, call.CallKey), Read, cancellationToken)
        : Task.FromResult<LiveOutcome>(new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.InvalidRequest, ProviderCode: "call-key")));

    /// <summary>A call with a rendered body.</summary>
    public HttpRequestMessage Request(ReadOnlyMemory<byte> body, string? callKey = null)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return endpoint.Request(HttpMethod.Post, "/v1/messages", content, callKey);
    }

    private static LiveOutcome Read(ReadOnlyMemory<byte> body) => AnthropicResponseReader.ReadAnswer(body) is { } answer
        ? new LiveOutcome.Answered(answer)
        : new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Malformed, 200));
}
