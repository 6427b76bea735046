using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Error replies, <c>{"error":"..."}</c>, to causes. The status decides; of the message only known phrases are looked at, and none is kept.</summary>
/// <remarks>Statuses: https://github.com/ollama/ollama/blob/main/docs/api/errors.mdx and docs/faq.mdx, read 2026-11-20.</remarks>
internal sealed class OllamaErrorReader : IErrorReader
{
    /// <summary>The code of a model that is not on the server: it must be pulled there first.</summary>
    public const string NotPulled = "model_not_pulled";

    public static OllamaErrorReader Instance { get; } = new();

    /// <inheritdoc/>
    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        var message = Message(body);
        var code = CodeOf(status, message);
        return new ProviderFailure(stage, code == NotPulled ? FailureCause.NotFound : CauseOf(status), status, retryAfter, code);
    }

    /// <summary>A failure that came where an answer was to come: in a reply of 200, or as the last object of a stream.</summary>
    public static ProviderFailure Read(FailureStage stage, JsonElement body)
    {
        var code = CodeOf(status: null, body.Text("error"));
        return new ProviderFailure(stage, code == NotPulled ? FailureCause.NotFound : FailureCause.ServerError, ProviderCode: code);
    }

    private static FailureCause CauseOf(int status) => status switch
    {
        401 => FailureCause.Credential,
        402 => FailureCause.Billing,
        403 => FailureCause.Permission,
        404 => FailureCause.NotFound,
        408 or 504 => FailureCause.Timeout,
        413 => FailureCause.TooLarge,
        429 => FailureCause.RateLimited,
        // The server's queue (OLLAMA_MAX_QUEUE, 512 by default) is full, or the cloud behind it is not to be reached now.
        502 or 503 => FailureCause.Overloaded,
        409 or >= 500 => FailureCause.ServerError,
        _ => FailureCause.InvalidRequest,
    };

    private static string? CodeOf(int? status, string? message) =>
        message is null ? null
        : Says(message, "not found") && (Says(message, "pull") || Says(message, "model")) ? NotPulled
        : status == 503 ? "queue_full"
        : Says(message, "does not support") ? "not_supported_by_model"
        : Says(message, "more system memory") ? "model_too_large"
        : null;

    private static bool Says(string message, string phrase) => message.Contains(phrase, StringComparison.OrdinalIgnoreCase);

    private static string? Message(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Text("error");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
