using System.Net;
using System.Text;
using Parsimony.Providers.Tests;
using Parsimony.Testing;

namespace Parsimony.Providers.Aws.Tests;

public sealed class BedrockErrorReaderTests
{
    [Theory]
    [InlineData(400, "ValidationException:http://internal.amazon.com/x", "{\"message\":\"secret text\"}", FailureCause.InvalidRequest, "ValidationException")]
    [InlineData(400, "ValidationException", "{\"message\":\"Input is too long for requested model.\"}", FailureCause.TooLarge, "ValidationException")]
    [InlineData(400, null, "{\"__type\":\"com.amazon.coral.service#SerializationException\"}", FailureCause.InvalidRequest, "SerializationException")]
    [InlineData(403, "AccessDeniedException", "{}", FailureCause.Permission, "AccessDeniedException")]
    [InlineData(403, "UnrecognizedClientException", "{}", FailureCause.Credential, "UnrecognizedClientException")]
    [InlineData(403, "ExpiredTokenException", "{}", FailureCause.Credential, "ExpiredTokenException")]
    [InlineData(429, "ThrottlingException", "not json", FailureCause.RateLimited, "ThrottlingException")]
    [InlineData(429, "ModelNotReadyException", "{}", FailureCause.Overloaded, "ModelNotReadyException")]
    [InlineData(424, "ModelErrorException", "{}", FailureCause.ServerError, "ModelErrorException")]
    [InlineData(408, "ModelTimeoutException", "{}", FailureCause.Timeout, "ModelTimeoutException")]
    [InlineData(503, "ServiceUnavailableException", "{}", FailureCause.Overloaded, "ServiceUnavailableException")]
    [InlineData(418, null, "", FailureCause.InvalidRequest, null)]
    public async Task Live_errors_have_a_cause_and_keep_no_words(int status, string? code, string body, FailureCause cause, string? kept)
    {
        var handler = new ScriptedHandler().Reply(body, (HttpStatusCode)status, code is null ? [] : [("x-amzn-ErrorType", code)]);

        var outcome = await BedrockGiven.Provider(handler, new ManualClock()).SendAsync(new LiveCall(BedrockGiven.Canonical(), "call-1", TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

        var failure = outcome is LiveOutcome.Refused refused ? refused.Failure : Assert.IsType<LiveOutcome.Uncertain>(outcome).Failure;
        Assert.Equal((cause, kept, status), (failure.Cause, failure.ProviderCode, failure.Status));
        Assert.Equal(status is 408 or 424, outcome is LiveOutcome.Uncertain);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_jobs_wait_in_the_queue_and_too_many_tokens_for_a_moment()
    {
        Assert.Equal(FailureCause.QueueLimit, BedrockErrorReader.Read(FailureStage.Create, "ServiceQuotaExceededException").Cause);
        Assert.Equal(FailureCause.RateLimited, BedrockErrorReader.Read(FailureStage.Send, "ServiceQuotaExceededException").Cause);
    }

    [Theory]
    [InlineData(403, "<Error><Code>SignatureDoesNotMatch</Code><Message>x</Message></Error>", FailureCause.Credential, "SignatureDoesNotMatch")]
    [InlineData(403, "<Error><Code>AccessDenied</Code></Error>", FailureCause.Permission, "AccessDenied")]
    [InlineData(404, "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>", FailureCause.NotFound, "NoSuchKey")]
    [InlineData(503, "<Error><Code>SlowDown</Code></Error>", FailureCause.RateLimited, "SlowDown")]
    [InlineData(500, "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Error><Code>&e;</Code></Error>", FailureCause.ServerError, null)]
    [InlineData(403, "", FailureCause.Permission, null)]
    public void Errors_of_S3_have_a_cause(int status, string body, FailureCause cause, string? kept)
    {
        var failure = S3ErrorReader.Instance.Read(FailureStage.Stage, status, Encoding.UTF8.GetBytes(body), null);

        Assert.Equal((cause, kept), (failure.Cause, failure.ProviderCode));
    }
}
