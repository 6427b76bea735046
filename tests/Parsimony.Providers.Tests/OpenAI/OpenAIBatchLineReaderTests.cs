using System.Text;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIBatchLineReaderTests
{
    [Fact]
    public void Keeps_an_answers_body_as_it_was_written()
    {
        var line = Read("""{"id":"b","custom_id":"p-1","response":{"status_code":200,"request_id":"r","body":{"id":"chatcmpl-1","model":"gpt-5-mini-2025-08-07","service_tier":"default","choices":[{"index":0,"message":{"content":"\ud800 \u0000"},"finish_reason":"length"}],"usage":{"prompt_tokens":12,"completion_tokens":3},"big":9007199254740993}},"error":null}""");
        Assert.Equal(BatchLineKind.Answered, line.Kind);
        Assert.Equal("p-1", line.CustomId);
        Assert.Equal(7, line.LineNumber);
        Assert.Contains("\"big\":9007199254740993", Encoding.UTF8.GetString(line.Answer!.Body.Span), StringComparison.Ordinal);
        Assert.Equal(("length", "chatcmpl-1", "gpt-5-mini-2025-08-07", "default"), (line.Answer.FinishReason, line.Answer.ProviderReference, line.Answer.Model, line.Answer.ServiceTier));
        Assert.Equal(new TokenUsage { UncachedInput = 12, Output = 3 }, line.Answer.Usage);
    }

    [Theory]
    [InlineData("""{"status_code":400,"body":{"error":{"message":"secret","type":"invalid_request_error","code":null}}}""", "null", FailureCause.InvalidRequest, 400, "invalid_request_error")]
    [InlineData("""{"status_code":429,"body":{"error":{"code":"rate_limit_exceeded"}}}""", "null", FailureCause.RateLimited, 429, "rate_limit_exceeded")]
    [InlineData("""{"status_code":500,"body":null}""", "null", FailureCause.ServerError, 500, null)]
    [InlineData("""{"status_code":0,"body":{}}""", "null", FailureCause.ServerError, null, null)]
    [InlineData("""{"body":{"choices":[]}}""", "null", FailureCause.ServerError, null, null)]
    [InlineData("null", "null", FailureCause.ServerError, null, null)]
    [InlineData("null", """{"code":"request_timeout","message":"secret"}""", FailureCause.Timeout, null, "request_timeout")]
    [InlineData("null", """{"code":"who knows what prompt","message":"secret"}""", FailureCause.ServerError, null, null)]
    [InlineData("""{"status_code":200,"body":{"object":"response","status":"failed","error":{"code":"server_error","message":"secret"}}}""", "null", FailureCause.ServerError, 200, "server_error")]
    public void Takes_only_status_200_as_success(string response, string error, FailureCause cause, int? status, string? code)
    {
        var line = Read($$"""{"custom_id":"p-1","response":{{response}},"error":{{error}}}""");
        Assert.Equal(BatchLineKind.Failed, line.Kind);
        Assert.Equal(new ProviderFailure(FailureStage.Item, cause, status, ProviderCode: code), line.Failure);
        Assert.DoesNotContain("secret", line.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batch_expired", BatchLineKind.Expired, FailureCause.Expired)]
    [InlineData("batch_cancelled", BatchLineKind.Cancelled, FailureCause.Cancelled)]
    public void Tells_expired_and_cancelled_items_apart(string code, BatchLineKind kind, FailureCause cause)
    {
        var line = Read($$$"""{"custom_id":"p-1","response":null,"error":{"code":"{{{code}}}","message":"m"}}""");
        Assert.Equal((kind, cause), (line.Kind, line.Failure!.Cause));
    }

    [Theory]
    [InlineData("completed", "null", "stop")]
    [InlineData("incomplete", """{"reason":"max_output_tokens"}""", "length")]
    [InlineData("incomplete", """{"reason":"content_filter"}""", "content_filter")]
    [InlineData("incomplete", "null", "incomplete")]
    public void Reads_how_a_response_ended(string status, string details, string expected)
    {
        var line = Read($$$"""{"custom_id":"p","response":{"status_code":200,"body":{"object":"response","status":"{{{status}}}","error":null,"incomplete_details":{{{details}}} ,"output":[] } } }""");
        Assert.Equal(expected, line.Answer!.FinishReason);
        Assert.Null(line.Answer.Usage);
    }

    [Theory]
    [InlineData("not json", null)]
    [InlineData("[]", null)]
    [InlineData("""{"response":{"status_code":200,"body":{}}}""", null)]
    [InlineData("""{"custom_id":"","response":null}""", null)]
    [InlineData("""{"id":"x","custom_id":"p-9","response":{"status_code":200,"bo""", "p-9")]
    [InlineData("""{"id":"x","custom_id":"p-""", null)]
    [InlineData("""{"custom_id":"p-9","response":{"status_code":200,"body":null}}""", "p-9")]
    [InlineData("""{"custom_id":"p-9","response":{"status_code":200}}""", "p-9")]
    public void Says_whose_an_unreadable_line_is_when_that_much_can_be_read(string text, string? customId)
    {
        var line = Read(text);
        Assert.Equal((BatchLineKind.Unreadable, customId), (line.Kind, line.CustomId));
        Assert.Equal(FailureCause.Malformed, line.Failure!.Cause);
    }

    private static BatchLine Read(string text) => OpenAIBatchLineReader.Read(Encoding.UTF8.GetBytes(text), 7, OpenAIProfiles.OpenAI);
}
