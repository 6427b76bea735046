using System.Text;

namespace Parsimony.Providers.Tests;

public class AnthropicLineReaderTests
{
    [Fact]
    public void Keeps_the_answer_verbatim_and_reads_its_usage()
    {
        var message = AnthropicWorld.Message("caf\\u00e9", """{"input_tokens":12,"cache_read_input_tokens":5200,"output_tokens":3,"service_tier":"batch"}""");

        var line = Read($$$"""{"custom_id":"a-1","result":{"type":"succeeded","message":{{{message}}}}}""");

        Assert.Equal((BatchLineKind.Answered, "a-1", 7L), (line.Kind, line.CustomId, line.LineNumber));
        Assert.Equal(message, Encoding.UTF8.GetString(line.Answer!.Body.Span));
        Assert.Equal(new TokenUsage { UncachedInput = 12, CacheRead = 5200, Output = 3 }, line.Answer.Usage);
        Assert.Equal("batch", line.Answer.ServiceTier);
    }

    [Fact]
    public void Reads_members_in_any_order_and_passes_over_unknown_ones()
    {
        var line = Read($$"""{"x":[{"custom_id":"no"}],"result":{"y":{"type":"errored"},"message":{{AnthropicWorld.Message()}},"type":"succeeded"},"custom_id":"a-1"}""");

        Assert.Equal((BatchLineKind.Answered, "a-1"), (line.Kind, line.CustomId));
    }

    [Theory]
    [InlineData("invalid_request_error", FailureCause.InvalidRequest, false)]
    [InlineData("authentication_error", FailureCause.Credential, false)]
    [InlineData("billing_error", FailureCause.Billing, false)]
    [InlineData("permission_error", FailureCause.Permission, false)]
    [InlineData("not_found_error", FailureCause.NotFound, false)]
    [InlineData("rate_limit_error", FailureCause.RateLimited, true)]
    [InlineData("timeout_error", FailureCause.Timeout, true)]
    [InlineData("overloaded_error", FailureCause.Overloaded, true)]
    [InlineData("api_error", FailureCause.ServerError, true)]
    [InlineData("word_of_tomorrow", FailureCause.ServerError, true)]
    public void Decides_a_failed_item_by_the_inner_error(string type, FailureCause cause, bool canRetry)
    {
        var line = Read($$$$"""{"custom_id":"a-1","result":{"type":"errored","error":{"type":"error","error":{"type":"{{{{type}}}}","message":"SECRET"},"request_id":"r"}}}""");

        Assert.Equal((BatchLineKind.Failed, "a-1", cause, canRetry), (line.Kind, line.CustomId, line.Failure!.Cause, line.Failure.CanRetry));
        Assert.Equal(type, line.Failure.ProviderCode);
        Assert.DoesNotContain("SECRET", line.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired", BatchLineKind.Expired, FailureCause.Expired)]
    [InlineData("canceled", BatchLineKind.Cancelled, FailureCause.Cancelled)]
    public void Tells_items_that_never_ran(string type, BatchLineKind kind, FailureCause cause)
    {
        var line = Read($$$"""{"custom_id":"a-1","result":{"type":"{{{type}}}"}}""");

        Assert.Equal((kind, cause, null), (line.Kind, line.Failure!.Cause, line.Answer));
    }

    [Theory]
    [InlineData("""{"custom_id":"a-1","result":{"type":"succeeded","message":{"id":"msg""", "a-1")]
    [InlineData("""{"custom_id":"a-1","result":{"type":"succeeded"}}""", "a-1")]
    [InlineData("""{"custom_id":"a-1","result":{"type":"succeeded","message":null}}""", "a-1")]
    [InlineData("""{"custom_id":"a-1","result":{"type":"later"}}""", "a-1")]
    [InlineData("""{"custom_id":"a-1","result":null}""", "a-1")]
    [InlineData("""{"custom_id":7,"result":{"type":"expired"}}""", null)]
    [InlineData("""{"result":{"type":"expired"}}""", null)]
    [InlineData("not json", null)]
    [InlineData("[]", null)]
    public void Reports_a_line_it_cannot_read_with_its_owner_where_that_is_known(string text, string? owner)
    {
        var line = Read(text);

        Assert.Equal((BatchLineKind.Unreadable, owner, FailureCause.Malformed), (line.Kind, line.CustomId, line.Failure!.Cause));
    }

    [Fact]
    public void Survives_bytes_that_are_no_text()
    {
        byte[] line = [.. "{\"custom_id\":\""u8, 0xff, .. "\",\"result\":{\"type\":\"expired\"}}"u8];

        Assert.Equal(BatchLineKind.Unreadable, AnthropicLineReader.Read(1, line).Kind);
        Assert.Equal(BatchLineKind.Unreadable, Read("""{"custom_id":"\ud800","result":{"type":"expired"}}""").Kind);
    }

    private static BatchLine Read(string line) => AnthropicLineReader.Read(7, Encoding.UTF8.GetBytes(line));
}
