using System.Buffers;
using System.Net.Http.Headers;

namespace Parsimony.Providers;

/// <summary>The plain call: <c>POST /v1/messages</c>, once.</summary>
internal sealed class AnthropicLiveCall(ProviderHttp http, AnthropicEndpoint endpoint, AnthropicRequestRenderer renderer)
{
    /// <summary>Makes a stored call.</summary>
    public async Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(Math.Max(256, call.Envelope.Bytes.Length));
        try
        {
            renderer.Render(call.Envelope, call.Cache.Marks, body);
        }
        catch (ProviderException e)
        {
            return new LiveOutcome.Refused(e.Failure);
        }

        if (!AnthropicEndpoint.IsHeaderSafe(call.CallKey))
        {
            return new LiveOutcome.Refused(new ProviderFailure(FailureStage.Send, FailureCause.InvalidRequest, ProviderCode: "call-key"));
        }

        var reply = await http.SendForBodyAsync(
            () => Request(body.WrittenMemory, call.CallKey), FailureStage.Send, call.Timeout, AnthropicErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        switch (reply)
        {
            case HttpReply.Ok ok:
                using (ok)
                {
                    return AnthropicResponseReader.ReadAnswer(ok.Body) is { } answer
                        ? new LiveOutcome.Answered(answer)
                        : new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Malformed, (int)ok.Response.StatusCode));
                }

            case HttpReply.Refused refused when CallCertainty.IsRefusal(refused.Failure):
                return new LiveOutcome.Refused(refused.Failure);
            case HttpReply.Refused refused:
                return new LiveOutcome.Uncertain(refused.Failure);
            case HttpReply.Unsent unsent:
                return new LiveOutcome.Refused(unsent.Failure);
            case HttpReply.Lost lost:
                return new LiveOutcome.Uncertain(lost.Failure);
            default:
                throw new InvalidOperationException("Unknown reply.");
        }
    }

    /// <summary>A call with a rendered body.</summary>
    public HttpRequestMessage Request(ReadOnlyMemory<byte> body, string? callKey = null)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return endpoint.Request(HttpMethod.Post, "/v1/messages", content, callKey);
    }
}
