using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Tests;

public class AnthropicGoldenTests
{
    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Root()).Where(d => File.Exists(Path.Combine(d, "canonical.json")) || File.Exists(Path.Combine(d, "request.json"))).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders_the_request(string name)
    {
        var canonical = File.ReadAllBytes(Path.Combine(Root(), name, "canonical.json"));
        var model = new ModelId(ProviderId.Anthropic, (string)JsonNode.Parse(canonical)!["model"]!);
        var envelope = new Envelope { Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Model = model, Bytes = canonical };
        var output = new ArrayBufferWriter<byte>();

        new AnthropicRequestRenderer(ModelCatalogue.Default, ProviderId.Anthropic).Render(envelope, Marks(name), output);

        Assert.Equal(Compact(File.ReadAllBytes(Path.Combine(Root(), name, "request.json"))), Compact(output.WrittenSpan));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_the_response(string name)
    {
        var body = File.ReadAllBytes(Path.Combine(Root(), name, "response.json"));
        var expected = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Root(), name, "expected.json")))!;

        var answer = AnthropicResponseReader.ReadAnswer(body);
        var chat = AnthropicResponseReader.ReadChat(body);

        Assert.NotNull(answer);
        Assert.Equal((string?)expected["finishReason"], answer.FinishReason);
        Assert.Equal((string?)expected["finishReason"], chat.FinishReason?.Value);
        Assert.Equal((string?)expected["id"], answer.ProviderReference);
        Assert.Equal((string?)expected["model"], answer.Model);
        Assert.Equal((string?)expected["serviceTier"], answer.ServiceTier);
        Assert.Equal(expected["usage"]!.ToJsonString(), Usage(answer.Usage!.Value).ToJsonString());
        Assert.Equal(answer.Usage.Value.TotalInput, chat.Usage!.InputTokenCount);
        Assert.Equal(expected["contents"]!.AsArray().Select(c => (string?)c), chat.Messages[0].Contents.SelectMany(Words));
    }

    private static JsonObject Usage(TokenUsage usage) => new()
    {
        ["uncachedInput"] = usage.UncachedInput,
        ["cacheRead"] = usage.CacheRead,
        ["cacheWriteShort"] = usage.CacheWriteShort,
        ["cacheWriteLong"] = usage.CacheWriteLong,
        ["output"] = usage.Output,
        ["reasoning"] = usage.Reasoning,
    };

    private static IEnumerable<string> Words(AIContent content) => content switch
    {
        TextContent text => [$"text:{text.Text}", .. (text.Annotations ?? []).OfType<CitationAnnotation>().Select(c => $"cited:{c.Title}:{c.Snippet}")],
        TextReasoningContent reasoning => [$"reasoning:{reasoning.Text}:{reasoning.ProtectedData}"],
        FunctionCallContent call => [$"call:{call.CallId}:{call.Name}:{{{string.Join(',', call.Arguments!.Select(a => $"\"{a.Key}\":{((JsonElement)a.Value!).GetRawText()}"))}}}"],
        _ => [$"raw:{((JsonElement)content.RawRepresentation!).GetProperty("type").GetString()}"],
    };

    private static List<CacheMark> Marks(string name)
    {
        var file = Path.Combine(Root(), name, "marks.json");
        return File.Exists(file)
            ? [.. JsonNode.Parse(File.ReadAllBytes(file))!.AsArray().Select(m => new CacheMark((int)m!["block"]!, TimeSpan.FromMinutes((int)m["minutes"]!)))]
            : [];
    }

    private static string Compact(ReadOnlySpan<byte> json) => JsonNode.Parse(json)!.ToJsonString();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "tests", "golden", "anthropic")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "tests", "golden", "anthropic");
    }
}
