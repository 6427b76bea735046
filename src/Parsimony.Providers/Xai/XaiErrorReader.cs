using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>
/// xAI's errors: OpenAI's object, or a code beside an error's text. A key it does not know was answered with 400, told by the text alone
/// (https://github.com/BerriAI/litellm and other public reports, read 2026-11-21; that it is always so is UNVERIFIED, 401 is read as everywhere).
/// </summary>
internal sealed class XaiErrorReader : IErrorReader
{
    public static XaiErrorReader Instance { get; } = new();

    /// <inheritdoc/>
    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        var failure = OpenAIErrorReader.Instance.Read(stage, status, body, retryAfter);
        return status == 400 && IsKey(body) ? failure with { Cause = FailureCause.Credential } : failure;
    }

    /// <summary>The failure of one item: codes are those of gRPC (https://grpc.github.io/grpc/core/md_doc_statuscodes.html, read 2026-11-21), as numbers or names; null when there is none.</summary>
    public static ProviderFailure? ReadItem(JsonElement item)
    {
        var error = item.Object("batch_result")?.Object("error");
        var code = error?.Count("code")?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? error?.Text("code");
        var isSaid = item.Text("error_message") is { Length: > 0 } || (code is null ? error?.Text("message") is { Length: > 0 } : code != "0");
        return isSaid ? new ProviderFailure(FailureStage.Item, CauseOf(code), ProviderCode: ProviderFailure.SafeCode(code)) : null;
    }

    private static FailureCause CauseOf(string? code) => code?.ToUpperInvariant() switch
    {
        "1" or "CANCELLED" or "BATCH_CANCELLED" => FailureCause.Cancelled,
        // In a batch that is its own time, which passed before the request ran.
        "4" or "DEADLINE_EXCEEDED" => FailureCause.Expired,
        "5" or "NOT_FOUND" => FailureCause.NotFound,
        "7" or "PERMISSION_DENIED" => FailureCause.Permission,
        "8" or "RESOURCE_EXHAUSTED" => FailureCause.RateLimited,
        "13" or "INTERNAL" or "2" or "UNKNOWN" => FailureCause.ServerError,
        "14" or "UNAVAILABLE" => FailureCause.Overloaded,
        "16" or "UNAUTHENTICATED" => FailureCause.Credential,
        null => FailureCause.ServerError,
        _ => FailureCause.InvalidRequest,
    };

    private static bool IsKey(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var text = document.RootElement.Text("error") ?? document.RootElement.Object("error")?.Text("message");
            return text?.StartsWith("Incorrect API key", StringComparison.OrdinalIgnoreCase) ?? false;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
