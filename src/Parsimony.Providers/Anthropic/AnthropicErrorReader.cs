using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Error replies and <c>errored</c> result lines to causes. Messages are looked at for a few known phrases and never kept.</summary>
/// <remarks>Types and statuses: platform.claude.com/docs/en/api/errors and /api/rate-limits, and the official TypeScript client's shared types, read 2026-11-21.</remarks>
internal sealed class AnthropicErrorReader : IErrorReader
{
    public static AnthropicErrorReader Instance { get; } = new();

    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        var error = Parse(body.Span);
        var cause = Cause(error?.Type, error?.Message) is { } known ? Refine(known, status) : Cause(status);
        if (error?.Details?.ErrorCode == "enforced_spend_limit_reached")
        {
            // The tier's spend of the month: told as a rate limit without a time to wait, and no call helps before the next month.
            cause = FailureCause.Billing;
        }

        if (cause == FailureCause.RateLimited && stage == FailureStage.Create && Mentions(error?.Message, "queue"))
        {
            // UNVERIFIED: the limit of waiting requests and that of calls per minute share one error type; only the words differ.
            cause = FailureCause.QueueLimit;
        }

        return new ProviderFailure(stage, cause, status, retryAfter, ProviderFailure.SafeCode(error?.Type));
    }

    /// <summary>The cause of an error type; null for a type newer than this code.</summary>
    public static FailureCause? Cause(string? type, string? message = null) => type switch
    {
        // The account's empty balance comes as an invalid request (UNVERIFIED: seen in practice, not documented).
        "invalid_request_error" when Mentions(message, "credit balance") => FailureCause.Billing,
        // The spend limit an organisation or a workspace set itself is told by these words alone.
        "invalid_request_error" when Mentions(message, "reached your specified") && Mentions(message, "API usage limits") => FailureCause.Billing,
        "invalid_request_error" => FailureCause.InvalidRequest,
        "authentication_error" => FailureCause.Credential,
        "billing_error" => FailureCause.Billing,
        "permission_error" => FailureCause.Permission,
        "not_found_error" => FailureCause.NotFound,
        "request_too_large" => FailureCause.TooLarge,
        "rate_limit_error" => FailureCause.RateLimited,
        "timeout_error" => FailureCause.Timeout,
        "overloaded_error" => FailureCause.Overloaded,
        "api_error" => FailureCause.ServerError,
        _ => null,
    };

    private static FailureCause Refine(FailureCause cause, int status) =>
        cause == FailureCause.InvalidRequest && status == 413 ? FailureCause.TooLarge : cause;

    private static FailureCause Cause(int status) => status switch
    {
        401 => FailureCause.Credential,
        402 => FailureCause.Billing,
        403 => FailureCause.Permission,
        404 => FailureCause.NotFound,
        408 or 504 => FailureCause.Timeout,
        413 => FailureCause.TooLarge,
        429 => FailureCause.RateLimited,
        503 or 529 => FailureCause.Overloaded,
        >= 500 => FailureCause.ServerError,
        409 => FailureCause.ServerError,
        _ => FailureCause.InvalidRequest,
    };

    private static AnthropicError? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, AnthropicJson.Default.AnthropicErrorBody)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool Mentions(string? message, string phrase) => message?.Contains(phrase, StringComparison.OrdinalIgnoreCase) is true;
}
