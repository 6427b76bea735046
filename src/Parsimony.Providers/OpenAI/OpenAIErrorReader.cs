using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Status and body to failure (https://developers.openai.com/api/docs/guides/error-codes, read 2026-11-21).</summary>
internal sealed class OpenAIErrorReader : IErrorReader
{
    public static OpenAIErrorReader Instance { get; } = new();

    /// <summary>Statuses that mean something of their own at a provider, where no code says more.</summary>
    public IReadOnlyDictionary<int, FailureCause> OwnStatuses { get; init; } = new Dictionary<int, FailureCause>();

    /// <inheritdoc/>
    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        var (code, type) = ReadCode(body);
        var cause = CauseOf(code, type, status) ?? (OwnStatuses.TryGetValue(status, out var own) ? own : CauseOf(status));
        return new ProviderFailure(stage, cause, status, retryAfter, code);
    }

    /// <summary>The failure an <c>error</c> object speaks of; the status decides where its code is not known.</summary>
    public static ProviderFailure Read(FailureStage stage, int? status, JsonElement? error, FailureCause otherwise)
    {
        var (code, type) = error is { } e ? (CodeOf(e), e.Text("type")) : (null, null);
        // Together's failed lines have no status, but a code such as invalid_model (https://docs.together.ai/docs/batch-inference, read 2026-11-21).
        var cause = CauseOf(code, type, status)
            ?? (status is { } s && s >= 300 ? CauseOf(s) : code?.StartsWith("invalid_", StringComparison.Ordinal) is true ? FailureCause.InvalidRequest : otherwise);
        return new ProviderFailure(stage, cause, status, ProviderCode: code);
    }

    /// <summary>The cause a code stands for, where it says more than the status; null for other codes.</summary>
    public static FailureCause? CauseOf(string? code) => code switch
    {
        "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" => FailureCause.Billing,
        "credit_balance_exhausted" or "organization_spend_limit_exceeded" or "project_spend_limit_exceeded" or "organization_usage_limit_exceeded" => FailureCause.Billing,
        "token_limit_exceeded" or "batch_queue_limit_exceeded" => FailureCause.QueueLimit,
        "rate_limit_exceeded" => FailureCause.RateLimited,
        "model_not_found" or "file_not_found" => FailureCause.NotFound,
        "invalid_api_key" or "account_deactivated" => FailureCause.Credential,
        // Azure OpenAI may not read the storage account its batches lie in (https://learn.microsoft.com/azure/ai-foundry/openai/how-to/batch, read 2026-11-20).
        "input_no_permissions" => FailureCause.Permission,
        "context_length_exceeded" or "string_above_max_length" or "too_many_tasks" or "file_too_large" => FailureCause.TooLarge,
        "content_filter" or "content_policy_violation" or "moderation_blocked" => FailureCause.ContentFilter,
        "server_error" or "internal_error" => FailureCause.ServerError,
        "slow_down" or "engine_overloaded" or "server_is_overloaded" => FailureCause.Overloaded,
        "request_timeout" => FailureCause.Timeout,
        "batch_expired" => FailureCause.Expired,
        "batch_cancelled" => FailureCause.Cancelled,
        _ => null,
    };

    private static FailureCause? CauseOf(string? code, string? type, int? status) => code switch
    {
        // Once a 503 of a busy service, now mostly a 429 of a caller whose traffic grows too fast.
        "slow_down" when status == 429 => FailureCause.RateLimited,
        // Of a code newer than this one the type still says that no waiting helps.
        _ => CauseOf(code) ?? (type == "insufficient_quota" ? FailureCause.Billing : null),
    };

    private static FailureCause CauseOf(int status) => status switch
    {
        401 => FailureCause.Credential,
        402 => FailureCause.Billing,
        403 => FailureCause.Permission,
        404 or 410 => FailureCause.NotFound,
        408 => FailureCause.Timeout,
        409 => FailureCause.ServerError,
        413 => FailureCause.TooLarge,
        429 => FailureCause.RateLimited,
        // 498: no flexible capacity now (https://console.groq.com/docs/flex-processing, read 2026-11-20).
        498 or 503 or 529 => FailureCause.Overloaded,
        504 => FailureCause.Timeout,
        >= 500 => FailureCause.ServerError,
        _ => FailureCause.InvalidRequest,
    };

    private static (string? Code, string? Type) ReadCode(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            // Mistral, xAI and Google-style services tell the code beside the message, without an object around both.
            var error = document.RootElement.Object("error") ?? document.RootElement;
            return (CodeOf(error), error.Text("type"));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? CodeOf(JsonElement error) =>
        ProviderFailure.SafeCode(error.Text("code") ?? error.Count("code")?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? error.Text("type"));
}
