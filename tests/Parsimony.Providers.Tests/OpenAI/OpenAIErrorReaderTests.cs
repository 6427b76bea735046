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
    [InlineData(429, """{"error":{"type":"insufficient_quota","code":"credit_balance_exhausted"}}""", FailureCause.Billing, "credit_balance_exhausted")]
    [InlineData(429, """{"error":{"code":"project_spend_limit_exceeded"}}""", FailureCause.Billing, "project_spend_limit_exceeded")]
    [InlineData(429, """{"error":{"type":"insufficient_quota","code":"limit_of_tomorrow"}}""", FailureCause.Billing, "limit_of_tomorrow")]
    [InlineData(429, """{"error":{"type":"rate_limit_error","code":"slow_down"}}""", FailureCause.RateLimited, "slow_down")]
    [InlineData(503, """{"error":{"code":"slow_down"}}""", FailureCause.Overloaded, "slow_down")]
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

    [Theory]
    [InlineData("together", 403, FailureCause.TooLarge)]
    [InlineData("fireworks", 412, FailureCause.Billing)]
    [InlineData("groq", 403, FailureCause.Permission)]
    [InlineData("groq", 412, FailureCause.InvalidRequest)]
    public void A_status_of_a_provider_s_own_is_read_as_its_page_says(string provider, int status, FailureCause cause)
    {
        var profile = provider switch { "together" => TogetherProfile.Profile, "fireworks" => FireworksProfile.Profile, _ => GroqProfile.Profile };

        Assert.Equal(cause, profile.Errors.Read(FailureStage.Send, status, Encoding.UTF8.GetBytes("""{"error":{"type":"invalid_request_error"}}"""), null).Cause);
        Assert.Equal(FailureCause.Credential, profile.Errors.Read(FailureStage.Send, status, Encoding.UTF8.GetBytes("""{"error":{"code":"invalid_api_key"}}"""), null).Cause);
    }

    [Theory]
    [InlineData(null, """{"code":"invalid_model"}""", FailureCause.InvalidRequest)]
    [InlineData(null, """{"type":"invalid_request_error"}""", FailureCause.InvalidRequest)]
    [InlineData(401, """{"type":"invalid_request_error"}""", FailureCause.Credential)]
    [InlineData(null, """{"code":"word_of_tomorrow"}""", FailureCause.ServerError)]
    public void An_error_without_a_status_is_read_by_its_code(int? status, string error, FailureCause cause) =>
        Assert.Equal(cause, OpenAIErrorReader.Read(FailureStage.Item, status, System.Text.Json.JsonElement.Parse(error), FailureCause.ServerError).Cause);
}
