using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Error replies, <c>{"message":"..."}</c> and no code, to causes. Of the message only known phrases are looked at, and none is kept.</summary>
/// <remarks>Statuses: https://docs.cohere.com/reference/errors and the error responses of cohere-ai/cohere-developer-experience:cohere-openapi.yaml, read 2026-11-20.</remarks>
internal sealed class CohereErrorReader : IErrorReader
{
    public static CohereErrorReader Instance { get; } = new();

    /// <inheritdoc/>
    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        var message = Message(body);
        return status switch
        {
            // What a trial key may call in a month is used up: no waiting helps.
            429 when Says(message, "trial key") && Says(message, "month") => new ProviderFailure(stage, FailureCause.Billing, status, retryAfter, "trial_limit"),
            400 when Says(message, "too many tokens") => new ProviderFailure(stage, FailureCause.TooLarge, status, retryAfter, "too_many_tokens"),
            _ => new ProviderFailure(stage, CauseOf(status), status, retryAfter),
        };
    }

    private static FailureCause CauseOf(int status) => status switch
    {
        401 => FailureCause.Credential,
        402 => FailureCause.Billing,
        403 => FailureCause.Permission,
        404 or 410 => FailureCause.NotFound,
        413 => FailureCause.TooLarge,
        429 => FailureCause.RateLimited,
        // A token on the list of those denied, in the prompt or the answer.
        498 => FailureCause.ContentFilter,
        // The call was given up, they say by us.
        408 or 499 or 504 => FailureCause.Timeout,
        501 => FailureCause.Unsupported,
        503 or 529 => FailureCause.Overloaded,
        409 or >= 500 => FailureCause.ServerError,
        _ => FailureCause.InvalidRequest,
    };

    private static bool Says(string? message, string phrase) => message?.Contains(phrase, StringComparison.OrdinalIgnoreCase) is true;

    private static string? Message(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Text("message");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
