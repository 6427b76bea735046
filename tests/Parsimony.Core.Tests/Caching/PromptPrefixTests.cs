using System.Text;

namespace Parsimony.Core.Tests;

public sealed class PromptPrefixTests
{
    private static readonly ModelId Model = new(ProviderId.Anthropic, "claude-sonnet-4-5");

    [Fact]
    public void Blocks_are_those_that_marks_count()
    {
        var first = PromptPrefix.Of(Chat("instructions", "one"));
        var second = PromptPrefix.Of(Chat("instructions", "two"));
        Assert.Equal(2, first.Count);
        Assert.Equal(first.Blocks[0], second.Blocks[0]);
        Assert.NotEqual(first.Blocks[1], second.Blocks[1]);
    }

    [Fact]
    public void Tokens_are_about_a_quarter_of_the_bytes_and_scale_with_what_was_learnt()
    {
        var envelope = Chat(new string('x', 8000), "one");
        Assert.InRange(PromptPrefix.Of(envelope).TokensTo(1), 2000, 2050);
        Assert.InRange(PromptPrefix.Of(envelope, 1.5).TokensTo(1), 3000, 3075);
    }

    [Fact]
    public void A_picture_does_not_count_by_its_bytes()
    {
        var request = new ChatRequest { Turns = [new(ChatTurnRole.User, [new ChatPart.Data("image/png", new byte[900_000])])] };
        Assert.InRange(PromptPrefix.Of(request.ToEnvelope(Model)).Tokens, 1, 8000);
    }

    [Fact]
    public void A_verbatim_body_has_the_blocks_of_its_provider()
    {
        var body = """{"model":"m","max_tokens":5,"system":[{"type":"text","text":"rules"},{"type":"text","text":"more"}],"messages":[{"role":"user","content":"hi"}]}""";
        var envelope = new Envelope { Kind = EndpointKind.Messages, Dialect = Dialect.Anthropic, Model = Model, Bytes = Encoding.UTF8.GetBytes(body) };
        Assert.Equal(3, PromptPrefix.Of(envelope).Count);
    }

    [Fact]
    public void What_is_no_conversation_has_no_blocks()
    {
        var envelope = new EmbeddingRequest { Input = "text" }.ToEnvelope(new ModelId(ProviderId.OpenAI, "text-embedding-3-small"));
        Assert.Equal(0, PromptPrefix.Of(envelope).Count);
    }

    private static Envelope Chat(string instructions, string question) => new ChatRequest
    {
        Turns = [new(ChatTurnRole.System, [new ChatPart.Text(instructions)]), new(ChatTurnRole.User, [new ChatPart.Text(question)])],
    }.ToEnvelope(Model);
}
