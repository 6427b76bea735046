using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Parsimony.Core.Tests;

public sealed class ChatRequestTests
{
    [Fact]
    public void Leaves_absent_members_out()
    {
        var envelope = GivenRequest.Question("Why?").ToEnvelope(GivenRequest.Model);

        Assert.Equal(EndpointKind.Chat, envelope.Kind);
        Assert.Equal(Dialect.Canonical, envelope.Dialect);
        Assert.Equal(
            """{"turns":[{"role":"system","parts":[{"type":"text","text":"Answer briefly."}]},{"role":"user","parts":[{"type":"text","text":"Why?"}]}]}""",
            Text(envelope));
    }

    [Fact]
    public void Comes_back_from_its_bytes_as_it_was() => Check.QuickThrowOnFailure(
        Prop.ForAll(GivenRequest.Chat.ToArbitrary(), request =>
        {
            var envelope = request.ToEnvelope(GivenRequest.Model);
            return Text(ChatRequest.FromEnvelope(envelope).ToEnvelope(GivenRequest.Model)) == Text(envelope);
        }));

    [Fact]
    public void Gives_the_same_bytes_whatever_the_order_of_raw_members()
    {
        var one = GivenRequest.Question("Why?") with { Raw = new JsonObject { ["b"] = 1, ["a"] = 2 } };
        var other = GivenRequest.Question("Why?") with { Raw = new JsonObject { ["a"] = 2, ["b"] = 1 } };

        Assert.Equal(Text(one.ToEnvelope(GivenRequest.Model)), Text(other.ToEnvelope(GivenRequest.Model)));
    }

    [Fact]
    public void Says_what_is_wrong_with_a_number_that_is_not_finite()
    {
        var exception = Assert.Throws<NotStorableException>(() => (GivenRequest.Question("?") with { Temperature = double.NaN }).ToEnvelope(GivenRequest.Model));

        Assert.Contains("finite", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_when_written_what_nests_too_deeply_to_be_read()
    {
        var raw = new JsonObject();
        for (var i = 0; i < 70; i++)
        {
            raw = new JsonObject { ["x"] = raw };
        }

        Assert.Throws<NotStorableException>(() => (GivenRequest.Question("?") with { Raw = raw }).ToEnvelope(GivenRequest.Model));
    }

    [Fact]
    public void Refuses_an_envelope_of_another_kind()
    {
        var envelope = new EmbeddingRequest { Input = "x" }.ToEnvelope(GivenRequest.Model);

        Assert.Throws<ArgumentException>(() => ChatRequest.FromEnvelope(envelope));
        Assert.Throws<FormatException>(() => EmbeddingRequest.FromEnvelope(envelope with { Bytes = "{}"u8.ToArray() }));
    }

    [Fact]
    public void Embedding_and_image_requests_come_back_as_they_were()
    {
        var embedding = new EmbeddingRequest { Input = "ä\n", Dimensions = 256 };
        var image = new ImageRequest { Prompt = "a fox", Size = "1024x1024", Count = 2, Quality = "high" };

        Assert.Equal("""{"input":"ä\n","dimensions":256}""", Text(embedding.ToEnvelope(GivenRequest.Model)));
        Assert.Equal(embedding, EmbeddingRequest.FromEnvelope(embedding.ToEnvelope(GivenRequest.Model)));
        Assert.Equal(image, ImageRequest.FromEnvelope(image.ToEnvelope(GivenRequest.Model)));
    }

    [Fact]
    public void Names_its_blocks_in_prefix_order()
    {
        var request = GivenRequest.Question("Why?") with { Tools = [new ToolDeclaration("t", null, new JsonObject())] };

        Assert.Equal([new PromptBlock(0, null, null), new PromptBlock(null, 0, 0), new PromptBlock(null, 1, 0)], request.Blocks());
    }

    private static string Text(Envelope envelope) => Encoding.UTF8.GetString(envelope.Bytes.Span);
}
