using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>A <c>google.rpc.Status</c> to a failure. Messages are looked at for a few known words and never kept.</summary>
/// <remarks>
/// Statuses: https://ai.google.dev/gemini-api/docs/troubleshooting and https://cloud.google.com/apis/design/errors, read 2026-11-21. The short code is the
/// reason of an <c>ErrorInfo</c> detail where there is one, else the status.
/// </remarks>
internal sealed class GeminiErrorReader : IErrorReader
{
    public static GeminiErrorReader Instance { get; } = new();

    /// <inheritdoc/>
    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            // A call that streams may answer with a list of one error.
            var root = document.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : document.RootElement;
            if (root.Object("error") is { } error)
            {
                return Read(stage, error, status, retryAfter);
            }
        }
        catch (JsonException)
        {
            // A proxy's page, most likely: its status is all there is.
        }

        return new ProviderFailure(stage, OfHttp(status), status, retryAfter);
    }

    /// <summary>The failure an error object tells of, outside a reply's status: in a stream, an operation or a result line.</summary>
    public static ProviderFailure Read(FailureStage stage, JsonElement error) => Read(stage, error, null, null);

    private static ProviderFailure Read(FailureStage stage, JsonElement error, int? http, TimeSpan? retryAfter)
    {
        var code = GeminiNumbers.Whole(error, "code");
        var status = error.Text("status") ?? (code is >= 0 and < 100 ? Name((int)code) : null);
        var reason = Detail(error, "google.rpc.ErrorInfo")?.Text("reason");
        // Spent prepaid credit is a 402 of the same status as too many calls: https://ai.google.dev/gemini-api/docs/api-errors, read 2026-11-21.
        var cause = OfReason(reason) ?? (http == 402 || code == 402 ? FailureCause.Billing : (FailureCause?)null) ?? OfStatus(status, error.Text("message")) ?? OfHttp(http ?? (code is >= 100 and < 600 ? (int)code : 500));
        var wait = retryAfter ?? GeminiNumbers.Span(Detail(error, "google.rpc.RetryInfo")?.Text("retryDelay"));
        if (http == 429 && wait is null && cause == FailureCause.RateLimited && stage == FailureStage.Create)
        {
            // A create is refused like this when jobs or tokens wait already (googleapis/python-genai issue 1901, read 2026-11-20); too many calls a
            // minute say how long to wait.
            cause = FailureCause.QueueLimit;
        }

        return new ProviderFailure(
            stage, cause, http ?? (code is >= 100 and < 600 ? (int)code : null),
            wait, ProviderFailure.SafeCode(reason) ?? ProviderFailure.SafeCode(status));
    }

    private static FailureCause? OfReason(string? reason) => reason switch
    {
        // A wrong key comes with status 400.
        "API_KEY_INVALID" or "API_KEY_EXPIRED" or "ACCESS_TOKEN_EXPIRED" or "CREDENTIALS_MISSING" or "ACCESS_TOKEN_TYPE_UNSUPPORTED" => FailureCause.Credential,
        "BILLING_DISABLED" or "BILLING_NOT_ACTIVE" => FailureCause.Billing,
        "SERVICE_DISABLED" or "API_KEY_SERVICE_BLOCKED" or "API_KEY_IP_ADDRESS_BLOCKED" or "CONSUMER_SUSPENDED" or "CONSUMER_INVALID" => FailureCause.Permission,
        _ => null,
    };

    private static FailureCause? OfStatus(string? status, string? message) => status switch
    {
        "INVALID_ARGUMENT" when Mentions(message, "API key not valid") || Mentions(message, "API key expired") => FailureCause.Credential,
        "INVALID_ARGUMENT" when Mentions(message, "exceeds the maximum number of tokens") || Mentions(message, "payload size exceeds") => FailureCause.TooLarge,
        // An account without billing where there is no free tier.
        "FAILED_PRECONDITION" when Mentions(message, "billing") => FailureCause.Billing,
        "INVALID_ARGUMENT" or "FAILED_PRECONDITION" or "OUT_OF_RANGE" or "ALREADY_EXISTS" => FailureCause.InvalidRequest,
        "UNAUTHENTICATED" => FailureCause.Credential,
        "PERMISSION_DENIED" => FailureCause.Permission,
        "NOT_FOUND" => FailureCause.NotFound,
        "RESOURCE_EXHAUSTED" => FailureCause.RateLimited,
        "UNAVAILABLE" => FailureCause.Overloaded,
        "DEADLINE_EXCEEDED" => FailureCause.Timeout,
        "CANCELLED" => FailureCause.Cancelled,
        "UNIMPLEMENTED" => FailureCause.Unsupported,
        "INTERNAL" or "UNKNOWN" or "ABORTED" or "DATA_LOSS" => FailureCause.ServerError,
        _ => null,
    };

    private static FailureCause OfHttp(int status) => status switch
    {
        401 => FailureCause.Credential,
        402 => FailureCause.Billing,
        403 => FailureCause.Permission,
        404 or 410 => FailureCause.NotFound,
        408 or 504 => FailureCause.Timeout,
        413 => FailureCause.TooLarge,
        429 => FailureCause.RateLimited,
        503 or 529 => FailureCause.Overloaded,
        409 or >= 500 => FailureCause.ServerError,
        _ => FailureCause.InvalidRequest,
    };

    // Numbers of google.rpc.Code, as operations and lines give them: github.com/googleapis/googleapis google/rpc/code.proto, read 2026-11-21.
    private static string? Name(int code) => code switch
    {
        1 => "CANCELLED",
        2 => "UNKNOWN",
        3 => "INVALID_ARGUMENT",
        4 => "DEADLINE_EXCEEDED",
        5 => "NOT_FOUND",
        6 => "ALREADY_EXISTS",
        7 => "PERMISSION_DENIED",
        8 => "RESOURCE_EXHAUSTED",
        9 => "FAILED_PRECONDITION",
        10 => "ABORTED",
        11 => "OUT_OF_RANGE",
        12 => "UNIMPLEMENTED",
        13 => "INTERNAL",
        14 => "UNAVAILABLE",
        15 => "DATA_LOSS",
        16 => "UNAUTHENTICATED",
        _ => null,
    };

    private static JsonElement? Detail(JsonElement error, string type)
    {
        foreach (var detail in error.Items("details"))
        {
            if (detail.Text("@type")?.EndsWith(type, StringComparison.Ordinal) is true)
            {
                return detail;
            }
        }

        return null;
    }

    private static bool Mentions(string? message, string phrase) => message?.Contains(phrase, StringComparison.OrdinalIgnoreCase) is true;
}
