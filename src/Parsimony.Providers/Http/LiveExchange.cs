using System.Buffers;

namespace Parsimony.Providers;

/// <summary>The plain live call, once: rendered, sent, read; and what its end means for the bill.</summary>
internal sealed class LiveExchange(ProviderHttp http, IErrorReader errors)
{
    /// <summary>Makes a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="render">Writes its body; a request that cannot be said is a refusal.</param>
    /// <param name="make">Makes the request of a body.</param>
    /// <param name="read">Reads the body of a reply of 2xx; <see cref="System.Text.Json.JsonException"/> is a malformed one.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<LiveOutcome> SendAsync(
        LiveCall call,
        Action<IBufferWriter<byte>> render,
        Func<ReadOnlyMemory<byte>, HttpRequestMessage> make,
        Func<ReadOnlyMemory<byte>, LiveOutcome> read,
        CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(call.Envelope.Bytes.Length + 512);
        try
        {
            render(body);
        }
        catch (ProviderException e)
        {
            return new LiveOutcome.Refused(e.Failure);
        }

        var reply = await http.SendForBodyAsync(() => make(body.WrittenMemory), FailureStage.Send, call.Timeout, errors, cancellationToken).ConfigureAwait(false);
        switch (reply)
        {
            case HttpReply.Ok ok:
                using (ok)
                {
                    return Read(ok, read);
                }

            case HttpReply.Unsent unsent:
                return new LiveOutcome.Refused(unsent.Failure);
            case HttpReply.Refused refused when CallCertainty.IsRefusal(refused.Failure):
                return new LiveOutcome.Refused(refused.Failure);
            default:
                return new LiveOutcome.Uncertain(reply.WhyNot);
        }
    }

    private static LiveOutcome Read(HttpReply.Ok ok, Func<ReadOnlyMemory<byte>, LiveOutcome> read)
    {
        try
        {
            return read(ok.Body);
        }
        catch (System.Text.Json.JsonException)
        {
            return new LiveOutcome.Uncertain(new ProviderFailure(FailureStage.Send, FailureCause.Malformed, (int)ok.Response.StatusCode));
        }
    }
}
