using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers.Tests;

/// <summary>The wire cases of providers that speak OpenAI's words and have batches of their own.</summary>
public sealed class ProfileGoldenTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "golden");

    private static readonly Dictionary<string, OpenAIProfile> Profiles = new(StringComparer.Ordinal)
    {
        ["mistral"] = MistralProfile.Profile,
        ["xai"] = XaiProfile.Profile,
        ["fireworks"] = FireworksProfile.Profile,
    };

    public static TheoryData<string, string> Requests => Cases("request.json");

    public static TheoryData<string, string> Lines => Cases("line.json");

    public static TheoryData<string, string> Responses => Cases("response.json");

    public static TheoryData<string, string> Streams => Cases("stream.txt");

    public static TheoryData<string, string> Errors => Cases("error.json");

    public static TheoryData<string, string> Results => Cases("result.json");

    [Theory]
    [MemberData(nameof(Requests))]
    public void Renders_the_documented_request(string provider, string name)
    {
        var output = new ArrayBufferWriter<byte>();
        Renderer(provider).Render(Canonical(provider, name), CacheControl.None, output);

        Assert.Equal(Compact(provider, name, "request.json"), Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Writes_the_documented_line(string provider, string name)
    {
        var output = new ArrayBufferWriter<byte>();
        IBatchLine line = provider switch
        {
            "fireworks" => new FireworksLine(Renderer(provider)),
            _ => new OpenAIBatchLine(Renderer(provider), new OpenAIBatchProfile { Limits = Profiles[provider].OwnBatchLimits!, NamesUrl = provider == "xai" }, EndpointKind.Chat),
        };
        var item = new BatchItem("r1", Canonical(provider, name));

        Assert.Null(line.Fault(item));
        line.Write(item, output);

        Assert.Equal(Compact(provider, name, "line.json"), Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.InRange(output.WrittenCount, 1, line.Overhead + item.Envelope.Bytes.Length + 200);
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void Reads_the_documented_response(string provider, string name)
    {
        var body = Read(provider, name, "response.json");
        var answer = OpenAIAnswerReader.Read(JsonElement.Parse(body), body, Profiles[provider]);
        var expected = Expected(provider, name);

        Assert.Equal((expected.Text("finishReason"), expected.Text("id"), expected.Text("model")), (answer.FinishReason, answer.ProviderReference, answer.Model));
        Assert.Equal(Usage(expected), answer.Usage);
        Assert.Equal(
            expected.Items("contents").Select(content => content.GetString()),
            OpenAIResponseReader.ReadChat(body, Profiles[provider]).Messages.SelectMany(message => message.Contents).Select(Describe));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Reads_the_documented_stream(string provider, string name)
    {
        using var stream = new MemoryStream(Read(provider, name, "stream.txt"));
        var response = await OpenAIStreamReader.ReadAsync(stream, Profiles[provider], TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);
        var expected = Expected(provider, name);

        Assert.Equal((expected.Text("id"), expected.Text("model"), expected.Text("finishReason")), (response.ResponseId, response.ModelId, response.FinishReason?.Value));
        Assert.Equal(expected.Text("text"), response.Text);
        Assert.Equal(expected.Text("reasoning"), string.Concat(response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(content => content.Text)));
        Assert.Equal((expected.Count("input"), expected.Count("output")), (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Reads_the_documented_error(string provider, string name)
    {
        var expected = Expected(provider, name);
        var failure = Profiles[provider].Errors.Read(FailureStage.Send, (int)expected.Count("status")!.Value, Read(provider, name, "error.json"), null);

        Assert.Equal((expected.Text("cause"), expected.Text("code")), (failure.Cause.ToString(), failure.ProviderCode));
    }

    [Theory]
    [MemberData(nameof(Results))]
    public void Reads_the_documented_result(string provider, string name)
    {
        var bytes = Read(provider, name, "result.json");
        var line = provider switch
        {
            "xai" => XaiResultReader.Read(JsonElement.Parse(bytes), 1),
            "fireworks" => FireworksLineReader.Read(bytes, 1, Profiles[provider]),
            _ => OpenAIBatchLineReader.Read(bytes, 1, Profiles[provider]),
        };
        var expected = Expected(provider, name);

        Assert.Equal((expected.Text("kind"), expected.Text("customId"), expected.Text("cause")), (line.Kind.ToString(), line.CustomId, line.Failure?.Cause.ToString()));
        Assert.Equal(expected.Object("usage") is null ? null : Usage(expected), line.Answer?.Usage);
    }

    private static TheoryData<string, string> Cases(string file)
    {
        var cases = new TheoryData<string, string>();
        foreach (var provider in Profiles.Keys)
        {
            foreach (var folder in Directory.GetDirectories(Path.Combine(Root, provider)).Where(folder => File.Exists(Path.Combine(folder, file))).Order(StringComparer.Ordinal))
            {
                cases.Add(provider, Path.GetFileName(folder));
            }
        }

        return cases;
    }

    private static OpenAIRequestRenderer Renderer(string provider) => new(ModelCatalogue.Default, Profiles[provider]);

    private static byte[] Read(string provider, string name, string file) => File.ReadAllBytes(Path.Combine(Root, provider, name, file));

    private static JsonElement Expected(string provider, string name) => JsonElement.Parse(Read(provider, name, "expected.json"));

    private static Envelope Canonical(string provider, string name)
    {
        var root = JsonElement.Parse(Read(provider, name, "canonical.json"));
        return new Envelope
        {
            Kind = Enum.Parse<EndpointKind>(root.Text("kind")!, ignoreCase: true),
            Dialect = Dialect.Canonical,
            Model = new ModelId(Profiles[provider].Id, root.Text("model")!),
            Bytes = Encoding.UTF8.GetBytes(root.GetProperty("request").GetRawText()),
        };
    }

    // Bytes, not values: prompts are cached by their bytes.
    private static string Compact(string provider, string name, string file)
    {
        var compact = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(compact, OpenAIRequestRenderer.WriterOptions))
        {
            JsonElement.Parse(Read(provider, name, file)).WriteTo(writer);
        }

        return Encoding.UTF8.GetString(compact.WrittenSpan);
    }

    private static TokenUsage Usage(JsonElement expected)
    {
        var usage = expected.GetProperty("usage");
        return new TokenUsage
        {
            UncachedInput = usage.Count("uncachedInput") ?? 0,
            CacheRead = usage.Count("cacheRead") ?? 0,
            Output = usage.Count("output") ?? 0,
            Reasoning = usage.Count("reasoning") ?? 0,
        };
    }

    private static string Describe(AIContent content) => content switch
    {
        TextReasoningContent reasoning => $"reasoning:{reasoning.Text}",
        TextContent text => $"text:{text.Text}",
        _ => content.ToString() ?? "",
    };
}
