namespace Parsimony.Providers.Aws;

/// <summary>S3's XML errors to causes; of the body only its code is kept.</summary>
/// <remarks>Codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, read 2026-11-21.</remarks>
internal sealed class S3ErrorReader : IErrorReader
{
    public static S3ErrorReader Instance { get; } = new();

    public ProviderFailure Read(FailureStage stage, int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        var code = S3Xml.Read(body) is { Root: "Error" } error ? error.First("Code") : null;
        return new ProviderFailure(stage, Cause(code) ?? BedrockErrorReader.Cause(status), status, retryAfter, ProviderFailure.SafeCode(code));
    }

    /// <summary>The cause of a code; null for one that says no more than its status.</summary>
    public static FailureCause? Cause(string? code) => code switch
    {
        "AccessDenied" or "AllAccessDisabled" => FailureCause.Permission,
        "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" or "RequestTimeTooSkewed" => FailureCause.Credential,
        "NoSuchBucket" or "NoSuchKey" or "NoSuchUpload" => FailureCause.NotFound,
        "EntityTooLarge" or "KeyTooLongError" => FailureCause.TooLarge,
        "SlowDown" => FailureCause.RateLimited,
        "RequestTimeout" => FailureCause.Timeout,
        // What came is not what was sent.
        "BadDigest" or "XAmzContentSHA256Mismatch" => FailureCause.Transport,
        "InternalError" => FailureCause.ServerError,
        "ServiceUnavailable" => FailureCause.Overloaded,
        // A bucket of another region answers 301 with the region to ask: the configuration must name it, the job would not find it either.
        "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" => FailureCause.InvalidRequest,
        _ => null,
    };
}
