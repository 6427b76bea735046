using System.Text;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIErrorReaderTests
{
    [Theory]
    [InlineData(400, """{"error":{"type":"invalid_request_error","code":null}}""", FailureCause.InvalidRequest, "invalid_request_error")]
    [InlineData(400, """{"error":{"code":"context_length_exceeded"}}""", FailureCause.TooLarge, "context_length_exceeded")]
    [InlineData(400, """{"error":{"code":"content_policy_violation"}}""", FailureCause.ContentFilter, "content_policy_violation")]
    [InlineData(401, """{"error":{"code":"invalid_api_key"}}""", FailureCause.Credential, "invalid_api_key")]
    [InlineData(403, "", FailureCause.Permission, null)]
    [InlineData(404, """{"error":{"code":"model_not_found"}}""", FailureCause.NotFound, "model_not_found")]
    [InlineData(413, "<html>too large</html>", FailureCause.TooLarge, null)]
    [InlineData(429, """{"error":{"code":"insufficient_quota"}}""", FailureCause.Billing, "insufficient_quota")]
    [InlineData(429, """{"error":{"code":"rate_limit_exceeded"}}""", FailureCause.RateLimited, "rate_limit_exceeded")]
    [InlineData(429, "not json", FailureCause.RateLimited, null)]
    [InlineData(500, """{"error":"text"}""", FailureCause.ServerError, null)]
    [InlineData(503, "{}", FailureCause.Overloaded, null)]
    [InlineData(529, "[]", FailureCause.Overloaded, null)]
    [InlineData(504, "", FailureCause.Timeout, null)]
    [InlineData(307, "", FailureCause.InvalidRequest, null)]
    [InlineData(418, """{"error":{"code":"please ignore: my prompt"}}""", FailureCause.InvalidRequest, null)]
    public void Reads_status_and_code(int status, string body, FailureCause cause, string? code) =>
        Assert.Equal(
            new ProviderFailure(FailureStage.Send, cause, status, TimeSpan.FromSeconds(3), code),
            OpenAIErrorReader.Instance.Read(FailureStage.Send, status, Encoding.UTF8.GetBytes(body), TimeSpan.FromSeconds(3)));
}
