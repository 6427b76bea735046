using System.Net.Http.Headers;
using System.Text.Json;

namespace Parsimony.Providers.Aws;

/// <summary>Error replies of Bedrock to causes. The code is in a header, or in the body; a message is looked at for two known phrases and never kept.</summary>
/// <remarks>Codes: https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html and CommonErrors of the API reference, read 2026-11-21.</remarks>
internal sealed class BedrockErrorReader : IErrorReader
{
    private const string CodeHeader = "x-amzn-ErrorType";

    public static BedrockErrorReader Instance { get; } = new();

    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter) => Named(stage, status, body, retryAfter, null);

    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter, HttpResponseHeaders headers) =>
        Named(stage, status, body, retryAfter, headers.TryGetValues(CodeHeader, out var values) ? values.FirstOrDefault() : null);

    /// <summary>The failure of a code told in a stream.</summary>
    public static ProviderFailure Read(FailureStage stage, string code, int? status = null) =>
        new(stage, Cause(code, null, stage) ?? (status is { } number ? Cause(number) : FailureCause.ServerError), status, ProviderCode: ProviderFailure.SafeCode(Short(code)));

    /// <summary>The cause a status stands for where no code says more.</summary>
    public static FailureCause Cause(int status) => status switch
    {
        401 => FailureCause.Credential,
        402 => FailureCause.Billing,
        403 => FailureCause.Permission,
        404 => FailureCause.NotFound,
        408 or 504 => FailureCause.Timeout,
        413 => FailureCause.TooLarge,
        429 => FailureCause.RateLimited,
        503 => FailureCause.Overloaded,
        409 or 424 or >= 500 => FailureCause.ServerError,
        _ => FailureCause.InvalidRequest,
    };

    private static ProviderFailure Named(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter, string? header)
    {
        var (inBody, message) = Parse(body);
        var code = Short(header ?? inBody);
        return new ProviderFailure(stage, Cause(code, message, stage) ?? Cause(status), status, retryAfter, ProviderFailure.SafeCode(code));
    }

    private static FailureCause? Cause(string? code, string? message, FailureStage stage) => Capital(code) switch
    {
        "AccessDeniedException" => FailureCause.Permission,
        "UnrecognizedClientException" or "InvalidSignatureException" or "IncompleteSignatureException" or "MissingAuthenticationTokenException"
            or "InvalidClientTokenIdException" or "ExpiredTokenException" or "SignatureDoesNotMatchException" => FailureCause.Credential,
        "OptInRequired" => FailureCause.Permission,
        "ThrottlingException" or "TooManyRequestsException" => FailureCause.RateLimited,
        // Too many jobs at once; of a live call it is the tokens of a day.
        "ServiceQuotaExceededException" => stage == FailureStage.Create ? FailureCause.QueueLimit : FailureCause.RateLimited,
        "ModelNotReadyException" or "ServiceUnavailableException" => FailureCause.Overloaded,
        "ModelTimeoutException" => FailureCause.Timeout,
        "ModelErrorException" or "ModelStreamErrorException" or "InternalServerException" or "InternalFailure" => FailureCause.ServerError,
        "ResourceNotFoundException" => FailureCause.NotFound,
        "RequestEntityTooLargeException" => FailureCause.TooLarge,
        "ValidationException" when Mentions(message, "too long") || Mentions(message, "too large") => FailureCause.TooLarge,
        "ValidationException" => FailureCause.InvalidRequest,
        _ => null,
    };

    private static (string? Code, string? Message) Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return (root.Text("__type") ?? root.Text("code"), root.Text("message") ?? root.Text("Message"));
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    // "com.amazon.coral.service#ValidationException" and "ValidationException:http://internal.amazon.com/..." are both seen.
    private static string? Short(string? code) => code?.Split(':')[0].Split('#')[^1].Trim();

    // Streams write the same names with a small first letter.
    private static string? Capital(string? code) => code is { Length: > 0 } ? char.ToUpperInvariant(code[0]) + code[1..] : code;

    private static bool Mentions(string? message, string phrase) => message?.Contains(phrase, StringComparison.OrdinalIgnoreCase) is true;
}
