using System.Text;

namespace Parsimony.Providers.Azure;

/// <summary>Status and the short code of an error of Azure Storage, which stands in XML (https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes, read 2026-11-21).</summary>
internal sealed class AzureBlobErrorReader : IErrorReader
{
    public static AzureBlobErrorReader Instance { get; } = new();

    /// <inheritdoc/>
    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        var code = CodeIn(Encoding.UTF8.GetString(body.Span));
        return new ProviderFailure(stage, CauseOf(code, status), status, retryAfter, ProviderFailure.SafeCode(code));
    }

    private static string? CodeIn(string xml)
    {
        var from = xml.IndexOf("<Code>", StringComparison.Ordinal);
        var to = from < 0 ? -1 : xml.IndexOf("</Code>", from, StringComparison.Ordinal);
        return to < 0 ? null : xml[(from + "<Code>".Length)..to];
    }

    private static FailureCause CauseOf(string? code, int status) => (code, status) switch
    {
        ("AuthenticationFailed" or "InvalidAuthenticationInfo" or "NoAuthenticationInformation", _) or (_, 401) => FailureCause.Credential,
        (_, 403) => FailureCause.Permission,
        (_, 404) => FailureCause.NotFound,
        (_, 413) => FailureCause.TooLarge,
        ("ServerBusy", _) or (_, 429 or 503) => FailureCause.Overloaded,
        ("OperationTimedOut", _) or (_, 408 or 504) => FailureCause.Timeout,
        (_, >= 500) => FailureCause.ServerError,
        _ => FailureCause.InvalidRequest,
    };
}
