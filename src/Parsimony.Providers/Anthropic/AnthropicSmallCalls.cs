using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Parsimony.Providers;

/// <summary>How a small call ended: a body, or a failure.</summary>
internal readonly record struct AnthropicReply(ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter, ProviderFailure? Failure);

/// <summary>Status, list, cancel and delete: calls without a body that cost nothing.</summary>
internal sealed class AnthropicSmallCalls(ProviderHttp http, AnthropicEndpoint endpoint)
{
    /// <summary>One that takes longer is asked again later.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public async Task<AnthropicReply> SendAsync(HttpMethod method, string path, FailureStage stage, CancellationToken cancellationToken)
    {
        var reply = await http.SendForBodyAsync(
            () => endpoint.Request(method, path), stage, Limit, AnthropicErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        switch (reply)
        {
            case HttpReply.Ok ok:
                using (ok)
                {
                    return new AnthropicReply(ok.Body, RetryAfterReader.Read(ok.Response.Headers, http.Clock.GetUtcNow()), null);
                }

            case HttpReply.Refused refused:
                return new AnthropicReply(default, null, refused.Failure);
            case HttpReply.Unsent unsent:
                return new AnthropicReply(default, null, unsent.Failure);
            case HttpReply.Lost lost:
                return new AnthropicReply(default, null, lost.Failure);
            default:
                throw new InvalidOperationException("Unknown reply.");
        }
    }

    /// <summary>A body as a wire record; null when it is none.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
