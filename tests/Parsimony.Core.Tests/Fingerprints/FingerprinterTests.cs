using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Parsimony.Core.Tests;

public sealed class FingerprinterTests
{
    [Fact]
    public void Equal_requests_have_equal_fingerprints_and_others_do_not()
    {
        var one = Fingerprinter.Of(GivenRequest.Question("Why?").ToEnvelope(GivenRequest.Model));

        Assert.Equal(one, Fingerprinter.Of(GivenRequest.Question("Why?").ToEnvelope(GivenRequest.Model)));
        Assert.NotEqual(one, Fingerprinter.Of(GivenRequest.Question("Why??").ToEnvelope(GivenRequest.Model)));
        Assert.NotEqual(one, Fingerprinter.Of(GivenRequest.Question("Why?").ToEnvelope(ModelId.Parse("anthropic/claude-haiku-4-6"))));
        Assert.NotEqual(one, Fingerprinter.Of((GivenRequest.Question("Why?") with { MaxOutputTokens = 1 }).ToEnvelope(GivenRequest.Model)));
        Assert.Equal(Fingerprinter.CurrentVersion, one.Version);
    }

    [Theory]
    [InlineData("""{"stream":true,"stream_options":{"include_usage":true},"max_tokens":5,"messages":[{"content":"hi","role":"user"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}],"max_tokens":5,"model":"another","prompt_cache_key":"k","prompt_cache_retention":"24h","prompt_cache_options":{"ttl":"30m"}}""")]
    [InlineData("""{ "messages" : [ { "role" : "user" , "content" : "\u0068i", "cache_control":{"type":"ephemeral"} } ], "max_tokens" : 5, "parsimony_deadline":"6h" }""")]
    [InlineData("""{"messages":[{"role":"user","content":"hi","prompt_cache_breakpoint":{"mode":"explicit"}}],"max_tokens":5,"cache_control":{"type":"ephemeral"}}""")]
    public void Marks_stream_flags_deadlines_and_order_do_not_make_another_request(string body) =>
        Assert.Equal(Fingerprinter.Of(Verbatim("""{"messages":[{"role":"user","content":"hi"}],"max_tokens":5}""")), Fingerprinter.Of(Verbatim(body)));

    [Theory]
    [InlineData("""{"tools":[{"input_schema":{"properties":{"cache_control":{}}}}]}""", """{"tools":[{"input_schema":{"properties":{}}}]}""")]
    [InlineData("""{"messages":[{"content":[{"type":"tool_use","input":{"cache_control":1}}]}]}""", """{"messages":[{"content":[{"type":"tool_use","input":{}}]}]}""")]
    [InlineData("""{"tools":[{"input_schema":{"properties":{"a":1,"b":2}}}]}""", """{"tools":[{"input_schema":{"properties":{"b":2,"a":1}}}]}""")]
    [InlineData("""{"user":"a"}""", """{"user":"b"}""")]
    [InlineData("""{"messages":[{"content":{"stream":true}}]}""", """{"messages":[{"content":{"stream":false}}]}""")]
    public void What_the_caller_named_himself_counts(string one, string other) =>
        Assert.NotEqual(Fingerprinter.Of(Verbatim(one)), Fingerprinter.Of(Verbatim(other)));

    [Fact]
    public void Requests_that_share_a_prefix_share_its_fingerprint_and_no_further_one() => Check.QuickThrowOnFailure(
        Prop.ForAll(GivenRequest.Chat.ToArbitrary(), request =>
        {
            var longer = request with
            {
                Turns = [.. request.Turns, new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("one more")])],
                MaxOutputTokens = 77,
            };
            var shorter = Fingerprinter.Prefixes(request.ToEnvelope(GivenRequest.Model));
            var all = Fingerprinter.Prefixes(longer.ToEnvelope(GivenRequest.Model));
            return shorter.Count == request.Blocks().Count && all.Take(shorter.Count).SequenceEqual(shorter) && !shorter.Contains(all[^1]);
        }));

    [Fact]
    public void Where_a_part_ends_and_who_says_it_belongs_to_the_prefix()
    {
        static Fingerprint Last(params ChatTurn[] turns) =>
            Fingerprinter.Prefixes(new ChatRequest { Turns = turns }.ToEnvelope(GivenRequest.Model))[^1];

        Fingerprint[] different =
        [
            Last(new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("a"), new ChatPart.Text("b")])),
            Last(new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("a")]), new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("b")])),
            Last(new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("a")]), new ChatTurn(ChatTurnRole.Assistant, [new ChatPart.Text("b")])),
            Last(new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("ab")])),
            Last(new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("a"), new ChatPart.Text("b")], "Ann")),
        ];

        Assert.Equal(different.Length, different.Distinct().Count());
    }

    [Fact]
    public void The_shared_prefix_ends_where_the_first_question_begins()
    {
        var one = GivenRequest.Question("Why?").ToEnvelope(GivenRequest.Model);
        var other = GivenRequest.Question("How?").ToEnvelope(GivenRequest.Model);
        var elsewhere = GivenRequest.Question("Why?", system: "Answer at length.").ToEnvelope(GivenRequest.Model);
        var alone = new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("Why?")])] }.ToEnvelope(GivenRequest.Model);

        Assert.Equal(Fingerprinter.SharedPrefix(one), Fingerprinter.SharedPrefix(other));
        Assert.Equal(Fingerprinter.Prefixes(one)[0], Fingerprinter.SharedPrefix(one));
        Assert.NotEqual(Fingerprinter.SharedPrefix(one), Fingerprinter.SharedPrefix(elsewhere));
        Assert.Equal(default, Fingerprinter.SharedPrefix(alone));
        Assert.Equal(default, Fingerprinter.SharedPrefix(new EmbeddingRequest { Input = "x" }.ToEnvelope(GivenRequest.Model)));
    }

    [Fact]
    public void The_shared_prefix_does_not_depend_on_what_was_asked_before()
    {
        ToolDeclaration[] tools = [new("a", null, new JsonObject()), new("b", null, new JsonObject())];
        Envelope[] kinds =
        [
            GivenRequest.Question("Why?").ToEnvelope(GivenRequest.Model),
            GivenRequest.Question("Why?", system: "Answer at length.").ToEnvelope(GivenRequest.Model),
            (GivenRequest.Question("Why?") with { Tools = tools }).ToEnvelope(GivenRequest.Model),
            (GivenRequest.Question("Why?") with { Tools = [tools[1], tools[0]] }).ToEnvelope(GivenRequest.Model),
            (GivenRequest.Question("Why?") with { Format = ChatFormat.Json }).ToEnvelope(GivenRequest.Model),
            GivenRequest.Question("Why?").ToEnvelope(GivenRequest.Model with { Name = "another" }),
            GivenRequest.Question("Why?", system: new string('x', 100_000)).ToEnvelope(GivenRequest.Model),
            Verbatim("""{"system":"s","messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}"""),
        ];
        int[] staticBlocks = [1, 1, 3, 3, 1, 1, 1, 1];

        foreach (var first in Enumerable.Range(0, kinds.Length))
        {
            foreach (var second in Enumerable.Range(0, kinds.Length))
            {
                _ = Fingerprinter.SharedPrefix(kinds[first]);
                Assert.Equal(Fingerprinter.Prefixes(kinds[second])[staticBlocks[second] - 1], Fingerprinter.SharedPrefix(kinds[second]));
            }
        }
    }

    [Theory]
    [InlineData(EndpointKind.Chat, """{"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}],"tools":[{"type":"function"}]}""", 4, 2)]
    [InlineData(EndpointKind.Messages, """{"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"a"}]}""", 2, 1)]
    [InlineData(EndpointKind.Messages, """{"system":"s","messages":[{"role":"user","content":"a"}]}""", 2, 1)]
    [InlineData(EndpointKind.Responses, """{"instructions":"s","input":"a"}""", 2, 1)]
    [InlineData(EndpointKind.Responses, """{"input":[{"role":"developer","content":"s"},{"role":"user","content":"a"}]}""", 2, 1)]
    [InlineData(EndpointKind.Embeddings, """{"input":"a"}""", 0, 0)]
    public void Verbatim_bodies_have_blocks_too(EndpointKind kind, string body, int blocks, int staticBlocks)
    {
        var envelope = Verbatim(body) with { Kind = kind };

        var prefixes = Fingerprinter.Prefixes(envelope);

        Assert.Equal(blocks, prefixes.Count);
        Assert.Equal(staticBlocks == 0 ? default : prefixes[staticBlocks - 1], Fingerprinter.SharedPrefix(envelope));
    }

    [Fact]
    public void An_unknown_version_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Fingerprinter.Of(Verbatim("{}"), 2));

    private static Envelope Verbatim(string body) => new()
    {
        Kind = EndpointKind.Messages,
        Dialect = Dialect.Anthropic,
        Model = GivenRequest.Model,
        Bytes = Encoding.UTF8.GetBytes(body),
    };
}
