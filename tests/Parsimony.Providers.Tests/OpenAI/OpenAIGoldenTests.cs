using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using static Parsimony.Providers.Tests.OpenAIGiven;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIGoldenTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden", "openai");

    public static TheoryData<string> Cases => new(Directory.GetDirectories(Folder).Where(folder => !folder.EndsWith("from-the-page", StringComparison.Ordinal)).Select(folder => Path.GetFileName(folder)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders_the_documented_request(string name)
    {
        using var canonical = Parse(name, "canonical");
        var root = canonical.RootElement;
        var envelope = new Envelope
        {
            Kind = Enum.Parse<EndpointKind>(root.GetProperty("kind").GetString()!, ignoreCase: true),
            Dialect = root.Text("dialect") is null ? Dialect.Canonical : Dialect.OpenAI,
            Model = Model(root.GetProperty("model").GetString()!),
            Bytes = Encoding.UTF8.GetBytes(root.GetProperty("request").GetRawText()),
        };
        var marks = root.Items("marks").Select(mark => new CacheMark((int)mark.Count("block")!.Value, TimeSpan.FromMinutes(mark.Count("minutes")!.Value))).ToArray();
        using var expected = Parse(name, "request");
        // Bytes, not values: prompts are cached by their bytes, and big numbers must survive.
        var compact = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(compact, OpenAIRequestRenderer.WriterOptions))
        {
            expected.RootElement.WriteTo(writer);
        }

        Assert.Equal(Encoding.UTF8.GetString(compact.WrittenSpan), Render(envelope, marks));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_the_documented_response(string name)
    {
        var body = File.ReadAllBytes(Path.Combine(Folder, name, "response.json"));
        using var document = JsonDocument.Parse(body);
        var answer = OpenAIAnswerReader.Read(document.RootElement, body, OpenAIProfiles.OpenAI);
        using var file = Parse(name, "expected");
        var expected = file.RootElement;
        Assert.Equal(
            (expected.Text("finishReason"), expected.Text("id"), expected.Text("model"), expected.Text("serviceTier")),
            (answer.FinishReason, answer.ProviderReference, answer.Model, answer.ServiceTier));
        var usage = expected.GetProperty("usage");
        Assert.Equal(
            new TokenUsage
            {
                UncachedInput = usage.Count("uncachedInput")!.Value,
                CacheRead = usage.Count("cacheRead")!.Value,
                CacheWriteShort = usage.Count("cacheWriteShort")!.Value,
                Output = usage.Count("output")!.Value,
                Reasoning = usage.Count("reasoning")!.Value,
                Images = (int)usage.Count("images")!.Value,
            },
            answer.Usage);
        if (expected.Member("contents") is not null)
        {
            Assert.Equal(expected.Items("contents").Select(content => content.GetString()), Contents(body, document.RootElement));
        }
    }

    private static IEnumerable<string> Contents(byte[] body, JsonElement root) => root.Text("object") == "list"
        ? [$"vector:{string.Join(',', OpenAIEmbeddingReader.Read(body, OpenAIProfiles.OpenAI).Vectors[0].Vector.ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture)))}"]
        : OpenAIResponseReader.ReadChat(body, OpenAIProfiles.OpenAI).Messages.SelectMany(message => message.Contents).Select(Describe);

    private static string Describe(AIContent content) => content switch
    {
        TextReasoningContent reasoning => $"reasoning:{reasoning.Text}",
        TextContent text => $"text:{text.Text}",
        ErrorContent error => $"error:{error.ErrorCode}:{error.Message}",
        FunctionCallContent call => $"call:{call.CallId}:{call.Name}:{Arguments(call)}",
        _ => content.ToString() ?? "",
    };

    private static string Arguments(FunctionCallContent call)
    {
        var arguments = new JsonObject();
        foreach (var (name, value) in call.Arguments!)
        {
            arguments[name] = JsonNode.Parse(((JsonElement)value!).GetRawText());
        }

        return arguments.ToJsonString();
    }

    private static JsonDocument Parse(string name, string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name, $"{file}.json")));
}
