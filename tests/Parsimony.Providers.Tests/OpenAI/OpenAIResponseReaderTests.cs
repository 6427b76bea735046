using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIResponseReaderTests
{
    [Fact]
    public void Keeps_reasoning_citations_refusals_and_several_choices()
    {
        var response = Read("""
            {"id":"c","model":"m","service_tier":"default","choices":[
              {"message":{"reasoning_content":"hm","content":"cited","annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example/x","title":"A"}}]},"finish_reason":"stop"},
              {"message":{"content":null,"refusal":"no"},"finish_reason":"stop"}]}
            """);
        Assert.Equal(2, response.Messages.Count);
        Assert.Equal("hm", response.Messages[0].Contents.OfType<TextReasoningContent>().Single().Text);
        Assert.Equal("A", response.Messages[0].Contents.OfType<TextContent>().Single().Annotations!.OfType<CitationAnnotation>().Single().Title);
        Assert.Equal("no", response.Messages[1].Contents.OfType<ErrorContent>().Single().Message);
        Assert.Equal("default", response.AdditionalProperties!["service_tier"]);
    }

    [Fact]
    public void Keeps_tool_arguments_exactly_and_broken_ones_as_an_exception()
    {
        var response = Read("""{"choices":[{"message":{"tool_calls":[{"id":"1","function":{"name":"a","arguments":"{\"n\":9007199254740993,\"z\":null}"}},{"id":"2","function":{"name":"b","arguments":"{broken"}}]},"finish_reason":"tool_calls"}]}""");
        var calls = response.Messages[0].Contents.OfType<FunctionCallContent>().ToList();
        Assert.Equal("9007199254740993", Assert.IsType<JsonElement>(calls[0].Arguments!["n"]).GetRawText());
        Assert.Null(calls[0].Arguments!["z"]);
        Assert.NotNull(calls[1].Exception);
    }

    [Fact]
    public void Reads_the_items_of_a_response_and_skips_kinds_it_does_not_know()
    {
        var response = Read("""
            {"id":"resp_1","object":"response","created_at":1780000000,"model":"gpt-5-mini","status":"completed","output":[
              {"type":"reasoning","summary":[{"type":"summary_text","text":"one"},{"text":"two"}],"encrypted_content":"enc"},
              {"type":"brand_new"},
              {"type":"message","content":[{"type":"output_text","text":"answer","annotations":[{"type":"url_citation","url":"https://a.example","title":"T"}]},{"type":"refusal","refusal":"no"}]},
              {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"}],
             "usage":{"input_tokens":9,"output_tokens":2,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":5}}}
            """);
        Assert.Equal(("answer", "resp_1", ChatFinishReason.ToolCalls), (response.Text, response.ResponseId, response.FinishReason!.Value));
        var reasoning = response.Messages[0].Contents.OfType<TextReasoningContent>().Single();
        Assert.Equal(("one\n\ntwo", "enc"), (reasoning.Text, reasoning.ProtectedData));
        Assert.Equal("c1", response.Messages[0].Contents.OfType<FunctionCallContent>().Single().CallId);
        Assert.Equal((4L, 5L), (response.Usage!.CachedInputTokenCount!.Value, response.Usage.AdditionalCounts!["cache_write_tokens"]));
    }

    [Theory]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[{"message":null}]}""")]
    [InlineData("""{"choices":[{"message":{"content":null}}],"usage":null}""")]
    [InlineData("""{"object":"response","output":[]}""")]
    public void An_answer_without_content_is_empty(string body)
    {
        var response = Read(body);
        Assert.Equal("", response.Text);
        Assert.Null(response.Usage);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"error":{"message":"secret"}}""")]
    public void Says_that_a_body_is_no_answer(string body)
    {
        var exception = Assert.Throws<ProviderException>(() => Read(body));
        Assert.Equal(FailureCause.Malformed, exception.Failure.Cause);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replaces_half_surrogates_in_what_a_model_wrote() =>
        Assert.Equal("a\uFFFDb\0", Read("""{"choices":[{"message":{"content":"a\ud83db\u0000"}}]}""").Text);

    private static ChatResponse Read(string body) => OpenAIResponseReader.ReadChat(Encoding.UTF8.GetBytes(body), OpenAIProfiles.OpenAI);
}
