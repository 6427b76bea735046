using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

/// <summary>Beginnings of Gemini tests.</summary>
internal static class GeminiGiven
{
    public const string Session = "http://localhost:9/upload/v1beta/files?upload_id=s1&upload_protocol=resumable";

    public static ProviderConnection Connection { get; } = new() { ApiKey = "g-secret", Endpoint = new Uri("http://localhost:9") };

    public static GeminiProvider Provider(HttpMessageHandler handler, TimeProvider clock, ProviderConnection? connection = null) =>
        new(connection ?? Connection, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, clock);

    public static ModelId Model(string name = "gemini-3.8-flash") => ModelId.Parse($"gemini/{name}");

    public static ChatRequest Chat(string text) => new() { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])] };

    public static Envelope Canonical(string text = "hello", string model = "gemini-3.8-flash") => Chat(text).ToEnvelope(Model(model));

    public static string Render(Envelope envelope, GeminiFlavour? flavour = null)
    {
        var output = new ArrayBufferWriter<byte>();
        new GeminiRequestRenderer(ModelCatalogue.Default, flavour ?? GeminiFlavour.Developer).Render(envelope, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string Render(ChatRequest request, string model = "gemini-3.8-flash") => Render(request.ToEnvelope(Model(model)));

    public static JsonObject Body(ChatRequest request, string model = "gemini-3.8-flash") => JsonNode.Parse(Render(request, model))!.AsObject();

    public static ProviderFailure Refused(ChatRequest request) => Assert.Throws<ProviderException>(() => Render(request)).Failure;

    public static BatchInput Input(params BatchItem[] items) => new()
    {
        SubmissionKey = "p-0198-key",
        Kind = EndpointKind.Chat,
        Count = items.Length,
        Items = _ => items.ToAsyncEnumerable(),
        SendLimit = TimeSpan.FromMinutes(10),
    };

    public static string Answer(string text = "ok") =>
        $$$"""{"candidates":[{"content":{"parts":[{"text":"{{{text}}}"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":2,"candidatesTokenCount":1,"totalTokenCount":3},"modelVersion":"gemini-3.8-flash","responseId":"r1"}""";

    public static string Error(int code, string status, string message = "SECRET PROMPT") =>
        $$$"""{"error":{"code":{{{code}}},"message":"{{{message}}}","status":"{{{status}}}"}}""";
}
