using static Parsimony.Providers.Tests.OpenAIGiven;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIVerbatimTests
{
    [Fact]
    public void Keeps_numbers_escapes_and_unknown_members_as_they_were_written() =>
        Assert.Equal(
            """{"model":"gpt-5-mini","seed":9007199254740993,"p":0.10000000000000000001,"t":"\u00e9\ud800\/é","x":{"y":[1,[],{},null,true]}}""",
            Render(Verbatim("""{"model":"gpt-5-mini","seed":9007199254740993,"p":0.10000000000000000001,"t":"\u00e9\ud800\/é","x":{"y":[1,[],{},null,true]}}""")));

    [Fact]
    public void Puts_a_body_of_many_lines_on_one() =>
        Assert.Equal(
            """{"model":"gpt-5-mini","messages":[{"role":"user","content":"a\nb"}]}""",
            Render(Verbatim("{\r\n  \"model\": \"gpt-5-mini\",\n  \"messages\": [ {\"role\": \"user\", \"content\": \"a\\nb\"} ]\n}\n")));

    [Fact]
    public void Rewrites_the_model_and_strips_the_stream_and_our_own_members() =>
        Assert.Equal(
            """{"model":"gpt-5-nano","input":"x"}""",
            Render(Verbatim("""{"stream":true,"model":"gpt-5-mini","stream_options":{"include_usage":true},"parsimony_deadline":"6h","input":"x"}""", EndpointKind.Responses, "gpt-5-nano")));

    [Fact]
    public void Adds_the_model_where_it_is_missing()
    {
        Assert.Equal("""{"input":"x","model":"m"}""", Render(Verbatim("""{"input":"x"}""", model: "m")));
        Assert.Equal("""{"model":"m"}""", Render(Verbatim("{}", model: "m")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"a\":1} {\"b\":2}")]
    [InlineData("{\"a\":01}")]
    public void Refuses_what_is_no_object(string body) =>
        Assert.Equal(new ProviderFailure(FailureStage.Render, FailureCause.InvalidRequest, ProviderCode: "body"), Refused(Verbatim(body)));

    [Theory]
    [InlineData(
        0, EndpointKind.Chat,
        """{"messages":[{"role":"system","content":"a\u00e9"},{"role":"user","content":"b"}]}""",
        """{"messages":[{"role":"system","content":[{"type":"text","text":"a\u00e9","prompt_cache_breakpoint":{"mode":"explicit"}}]},{"role":"user","content":"b"}],"model":"gpt-5.6-sol","prompt_cache_options":{"mode":"explicit"}}""")]
    [InlineData(
        1, EndpointKind.Chat,
        """{"messages":[{"content":[{"type":"text","text":"a"},{"text":"b","type":"text"},{"type":"text","text":"c"}],"role":"user"}]}""",
        """{"messages":[{"content":[{"type":"text","text":"a"},{"text":"b","type":"text","prompt_cache_breakpoint":{"mode":"explicit"}},{"type":"text","text":"c"}],"role":"user"}],"model":"gpt-5.6-sol","prompt_cache_options":{"mode":"explicit"}}""")]
    [InlineData(
        2, EndpointKind.Chat,
        """{"tools":[{"type":"function"}],"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}""",
        """{"tools":[{"type":"function"}],"messages":[{"role":"user","content":[{"type":"text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}}]},{"role":"assistant","content":"b"},{"role":"user","content":"c"}],"model":"gpt-5.6-sol","prompt_cache_options":{"mode":"explicit"}}""")]
    [InlineData(
        1, EndpointKind.Responses,
        """{"input":"question","instructions":"be brief"}""",
        """{"input":[{"role":"user","content":[{"type":"input_text","text":"question","prompt_cache_breakpoint":{"mode":"explicit"}}]}],"instructions":"be brief","model":"gpt-5.6-sol","prompt_cache_options":{"mode":"explicit"}}""")]
    [InlineData(
        1, EndpointKind.Responses,
        """{"instructions":"be brief","input":[{"type":"message","role":"developer","content":"a"},{"role":"user","content":[{"type":"input_text","text":"b"}]}]}""",
        """{"instructions":"be brief","input":[{"type":"message","role":"developer","content":[{"type":"input_text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}}]},{"role":"user","content":[{"type":"input_text","text":"b"}]}],"model":"gpt-5.6-sol","prompt_cache_options":{"mode":"explicit"}}""")]
    public void Puts_a_mark_at_the_end_of_its_block_and_leaves_the_rest_as_it_was(int block, EndpointKind kind, string body, string expected) =>
        Assert.Equal(expected, Render(Verbatim(body, kind, "gpt-5.6-sol"), new CacheMark(block, TimeSpan.FromMinutes(30))));

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"prompt_cache_key":"mine"}""")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}],"prompt_cache_options":{"mode":"implicit"}}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}},{"type":"text","text":"b"}]}]}""")]
    public void Adds_nothing_where_the_caller_asks_the_cache_itself(string body)
    {
        var cache = new CacheControl { Marks = [new CacheMark(0, TimeSpan.FromMinutes(30))], IsDeclined = true, RoutingKey = "k" };

        Assert.Equal(Render(Verbatim(body, model: "gpt-5.6-sol")), Render(Verbatim(body, model: "gpt-5.6-sol"), cache));
    }

    [Fact]
    public void Declines_where_the_model_takes_that_and_sends_the_key_where_there_is_one()
    {
        const string body = """{"messages":[]}""";

        Assert.Equal("""{"messages":[],"model":"gpt-5.6-sol","prompt_cache_options":{"mode":"explicit"}}""", Render(Verbatim(body, model: "gpt-5.6-sol"), CacheControl.Declined));
        Assert.Equal("""{"messages":[],"model":"gpt-5-mini"}""", Render(Verbatim(body), CacheControl.Declined));
        Assert.Equal("""{"messages":[],"model":"gpt-5-mini","prompt_cache_key":"p1-0"}""", Render(Verbatim(body), new CacheControl { RoutingKey = "p1-0" }));
        Assert.Equal("""{"input":"x","model":"gpt-5.6-sol"}""", Render(Verbatim("""{"input":"x"}""", EndpointKind.Embeddings, "gpt-5.6-sol"), CacheControl.Declined));
    }

    [Theory]
    [InlineData(EndpointKind.Chat, """{"messages":[{"role":"user","content":"a"},{"role":"tool","tool_call_id":"1","content":"found"}],"model":"gpt-5.6-sol"}""")]
    [InlineData(EndpointKind.Responses, """{"input":[{"role":"user","content":"a"},{"type":"function_call_output","call_id":"1","output":"found"}],"model":"gpt-5.6-sol"}""")]
    public void Leaves_it_to_the_provider_where_a_tools_result_would_be_marked(EndpointKind kind, string body) =>
        Assert.Equal(body, Render(Verbatim(body, kind, "gpt-5.6-sol"), new CacheMark(1, TimeSpan.FromMinutes(30))));

    [Theory]
    [InlineData(EndpointKind.Chat, """{"messages":[{"role":"user","content":[]},{"role":"user"},"odd",{"role":"user","content":[1,{"type":"text","text":"x"}]}],"tools":[1,{"a":[]}]}""")]
    [InlineData(EndpointKind.Responses, """{"input":[{"role":"user","content":"x"},{"type":"reasoning","summary":[]},{"role":"user","content":[{"type":"input_text","text":"y"}]}],"instructions":["a","b"],"tools":[{}]}""")]
    [InlineData(EndpointKind.Responses, """{"instructions":null,"input":"x"}""")]
    [InlineData(EndpointKind.Chat, """{"messages":"none"}""")]
    public void Numbers_blocks_as_fingerprints_do(EndpointKind kind, string body)
    {
        var envelope = Verbatim(body, kind);

        Assert.Equal(Fingerprinter.Prefixes(envelope).Count, OpenAIVerbatimBlocks.Read(envelope).All.Count);
    }

    [Theory]
    [InlineData(EndpointKind.Chat, """{"tools":[{"type":"function"}],"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"assistant","content":"c"},{"role":"user","content":"d"}]}""")]
    [InlineData(EndpointKind.Responses, """{"instructions":"i","input":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"output_text","text":"b"}]},{"role":"user","content":[{"type":"input_text","text":"c"}]}]}""")]
    public void A_marked_body_is_the_same_prompt_to_fingerprints(EndpointKind kind, string body)
    {
        var envelope = Verbatim(body, kind, "gpt-5.6-sol");
        var prefixes = Fingerprinter.Prefixes(envelope);
        for (var block = 0; block < prefixes.Count; block++)
        {
            var marked = Verbatim(Render(envelope, new CacheMark(block, TimeSpan.FromMinutes(30))), kind, "gpt-5.6-sol");

            Assert.Equal(prefixes.Count, Fingerprinter.Prefixes(marked).Count);
            Assert.True(CacheIsAsked(marked) == (block > 0), $"block {block}");
        }

        static bool CacheIsAsked(Envelope envelope) => OpenAIVerbatimBlocks.Read(envelope).IsCallers;
    }
}
