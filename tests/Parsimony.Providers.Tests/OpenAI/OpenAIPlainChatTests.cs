using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using static Parsimony.Providers.Tests.OpenAIGiven;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIPlainChatTests
{
    private static readonly string[] Models = ["gpt-5-mini", "gpt-4o", "gpt-4o-2024-08-06", "o3", "nobody's model \"\u00e9\""];

    [Fact]
    public void Writes_the_bytes_of_the_full_writer()
    {
        var texts = ArbMap.Default.GeneratorFor<string>().Select(text => (text ?? "") + "\u2028\U0001F600\u00e9\\\"\n\u0001<&");
        var roles = Gen.Elements(ChatTurnRole.System, ChatTurnRole.User, ChatTurnRole.Assistant);
        var turns = Gen.ListOf(roles.Zip(Gen.OneOf(texts, Gen.Elements("", "plain words", new string('w', 9_000)))));
        var limits = Gen.Choose(-1, 4_000).Zip(Gen.Elements<double?>(null, 0, 0.7, 1e-7, 2));
        var property = Prop.ForAll(
            turns.Zip(limits).Zip(Gen.Elements(Models)).ToArbitrary(),
            drawn =>
            {
                var ((said, (most, temperature)), model) = drawn;
                var request = new ChatRequest
                {
                    Turns = [.. said.Select(turn => new ChatTurn(turn.Item1, [new ChatPart.Text(turn.Item2)]))],
                    MaxOutputTokens = most < 0 ? null : most,
                    Temperature = temperature,
                };
                var envelope = request.ToEnvelope(Model(model));
                return Plain(envelope) is { } plain ? plain == Full(envelope) : said.Count > 32;
            });
        property.QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":"\u0041\u00e9\ud83d\ude00\/\t"}]}]}""")]
    [InlineData("""{"turns":[{"role":"\u0075ser","parts":[{"type":"text","t\u0065xt":"a"}]}],"maxOutputTokens":20}""")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":"a"}]}],"temperature":1.50}""")]
    [InlineData(""" { "turns" : [ { "role" : "user" , "parts" : [ { "type" : "text" , "text" : "a b" } ] } ] } """)]
    [InlineData("""{"turns":[]}""")]
    public void Writes_the_same_for_bytes_of_another_hand(string canonical)
    {
        var envelope = Envelope(Encoding.UTF8.GetBytes(canonical));
        Assert.True(Plain(envelope) is not { } plain || plain == Full(envelope));
        Assert.Equal(Full(envelope), Render(envelope));
    }

    [Theory]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":"a"}]}],"turns":[]}""")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":"a"}]}],"maxOutputTokens":2e1}""")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":"a"}]}],"maxOutputTokens":5,"seed":1}""")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":"a"}]}],"temperature":1,"maxOutputTokens":5}""")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}""")]
    [InlineData("""{"turns":[{"role":"user","parts":[]}]}""")]
    [InlineData("""{"turns":[{"role":"user","name":"Ann","parts":[{"type":"text","text":"a"}]}]}""")]
    [InlineData("""{"turns":[{"role":"tool","parts":[{"type":"text","text":"a"}]}]}""")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"reasoning","text":"a"}]}]}""")]
    [InlineData("""{"format":{"kind":"json"},"turns":[{"role":"user","parts":[{"type":"text","text":"a"}]}]}""")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":null}]}]}""")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":"a"}]}]} rest""")]
    [InlineData("""{"turns":[{"role":"user","parts":[{"type":"text","text":"a""")]
    [InlineData("""{}""")]
    public void Leaves_everything_else_to_the_full_writer_untouched(string canonical) =>
        Assert.Null(Plain(Envelope(Encoding.UTF8.GetBytes(canonical))));

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\ude00 x")]
    public void Half_a_character_is_refused_as_ever(string text)
    {
        var envelope = Envelope(Encoding.UTF8.GetBytes($$$"""{"turns":[{"role":"user","parts":[{"type":"text","text":"{{{text}}}"}]}]}"""));
        Assert.Equal(FailureCause.InvalidRequest, Refused(envelope).Cause);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused_as_ever()
    {
        byte[] bytes = [.. "{\"turns\":[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\""u8, 0xFF, .. "\"}]}]}"u8];
        Assert.Null(Plain(Envelope(bytes)));
        Assert.Equal(FailureCause.InvalidRequest, Refused(Envelope(bytes)).Cause);
    }

    [Fact]
    public void Marks_are_written_all_the_same()
    {
        var marked = Body(Canonical(model: "gpt-5.6"), new CacheMark(0, TimeSpan.FromMinutes(30)));
        Assert.IsType<JsonArray>(marked["messages"]![0]!["content"]);
    }

    private static Envelope Envelope(byte[] canonical) =>
        new() { Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Model = Model(), Bytes = canonical };

    private static string? Plain(Envelope envelope)
    {
        var output = new ArrayBufferWriter<byte>();
        if (OpenAIPlainChat.TryWrite(envelope, ModelCatalogue.Default.Find(envelope.Model), OpenAIChatHabits.OpenAI, output))
        {
            return Encoding.UTF8.GetString(output.WrittenSpan);
        }

        Assert.Equal(0, output.WrittenCount);
        return null;
    }

    private static string Full(Envelope envelope)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, OpenAIRequestRenderer.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, envelope.Model.Name);
            var marks = OpenAICacheMarks.Of(ChatRequest.FromEnvelope(envelope), envelope.Model.Name, CacheControl.None, OpenAIChatHabits.OpenAI);
            new OpenAIChatWriter(writer, ChatRequest.FromEnvelope(envelope), ModelCatalogue.Default.Find(envelope.Model), OpenAIChatHabits.OpenAI, marks).Write();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
