using System.Text;

namespace Parsimony.Providers.Tests;

public class AnthropicErrorReaderTests
{
    [Theory]
    [InlineData(400, "invalid_request_error", FailureCause.InvalidRequest)]
    [InlineData(401, "authentication_error", FailureCause.Credential)]
    [InlineData(402, "billing_error", FailureCause.Billing)]
    [InlineData(403, "permission_error", FailureCause.Permission)]
    [InlineData(404, "not_found_error", FailureCause.NotFound)]
    [InlineData(413, "request_too_large", FailureCause.TooLarge)]
    [InlineData(429, "rate_limit_error", FailureCause.RateLimited)]
    [InlineData(500, "api_error", FailureCause.ServerError)]
    [InlineData(504, "timeout_error", FailureCause.Timeout)]
    [InlineData(529, "overloaded_error", FailureCause.Overloaded)]
    public void Names_the_cause_by_type_and_by_status_alone(int status, string type, FailureCause cause)
    {
        Assert.Equal(cause, Read(status, $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"m"}}""").Cause);
        Assert.Equal(cause, Read(status, "<html>busy</html>").Cause);
        Assert.Equal(cause, Read(status, """{"error":{"type":"word_of_tomorrow"}}""").Cause);
    }

    [Fact]
    public void Takes_an_empty_balance_for_a_matter_of_billing()
    {
        Assert.True(Read(400, """{"error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}""").IsCredential);
    }

    [Theory]
    [InlineData(429, """{"error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}""")]
    [InlineData(400, """{"error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits. You will regain access on 2026-12-01."}}""")]
    [InlineData(400, """{"error":{"type":"invalid_request_error","message":"You have reached your specified workspace API usage limits."}}""")]
    public void Takes_a_spend_limit_for_a_matter_of_billing(int status, string body)
    {
        var failure = Read(status, body);

        Assert.Equal((FailureCause.Billing, false), (failure.Cause, failure.CanRetry));
    }

    [Theory]
    [InlineData(429, """{"error":{"type":"rate_limit_error","message":"m","details":null}}""", FailureCause.RateLimited)]
    [InlineData(429, """{"error":{"type":"rate_limit_error","message":"m","details":{"error_code":"another"}}}""", FailureCause.RateLimited)]
    [InlineData(400, """{"error":{"type":"invalid_request_error","message":"max_tokens: over the limits"}}""", FailureCause.InvalidRequest)]
    public void Takes_no_other_limit_for_a_spend_limit(int status, string body, FailureCause cause) => Assert.Equal(cause, Read(status, body).Cause);

    [Theory]
    [InlineData("""{"error":{"type":"my prompt said: kill","message":"SECRET"}}""")]
    [InlineData("""{"error":"SECRET"}""")]
    [InlineData("""["SECRET"]""")]
    [InlineData("SECRET")]
    public void Keeps_nothing_of_the_body(string body)
    {
        var failure = Read(400, body);

        Assert.Null(failure.ProviderCode);
        Assert.DoesNotContain("SECRET", new ProviderException(ProviderId.Anthropic, failure).ToString(), StringComparison.Ordinal);
    }

    private static ProviderFailure Read(int status, string body) =>
        AnthropicErrorReader.Instance.Read(FailureStage.Send, status, Encoding.UTF8.GetBytes(body), null);
}
