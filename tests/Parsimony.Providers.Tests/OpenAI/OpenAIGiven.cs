using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Tests;

/// <summary>Beginnings of OpenAI tests.</summary>
internal static class OpenAIGiven
{
    public static ProviderConnection Connection { get; } = new() { ApiKey = "sk-secret", Endpoint = new Uri("http://localhost:9/v1") };

    public static OpenAIProvider Provider(HttpMessageHandler handler, TimeProvider clock, ProviderConnection? connection = null) =>
        new(connection ?? Connection, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, clock);

    public static ModelId Model(string name = "gpt-5-mini") => new(ProviderId.OpenAI, name);

    public static ChatRequest Chat(string text) => new() { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])] };

    public static Envelope Canonical(string text = "hello", string model = "gpt-5-mini") => Chat(text).ToEnvelope(Model(model));

    public static Envelope Verbatim(string json, EndpointKind kind = EndpointKind.Chat, string model = "gpt-5-mini") =>
        new() { Kind = kind, Dialect = Dialect.OpenAI, Model = Model(model), Bytes = Encoding.UTF8.GetBytes(json) };

    public static string Render(Envelope envelope, params CacheMark[] marks) => Render(envelope, new CacheControl { Marks = marks });

    public static string Render(Envelope envelope, CacheControl cache)
    {
        var output = new ArrayBufferWriter<byte>();
        new OpenAIRequestRenderer(ModelCatalogue.Default, OpenAIProfiles.OpenAI).Render(envelope, cache, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static JsonObject Body(Envelope envelope, params CacheMark[] marks) => JsonNode.Parse(Render(envelope, marks))!.AsObject();

    public static ProviderFailure Refused(Envelope envelope) => Assert.Throws<ProviderException>(() => Render(envelope)).Failure;

    public static BatchInput Input(params BatchItem[] items) => new()
    {
        SubmissionKey = "p-0198-key",
        Kind = EndpointKind.Chat,
        Count = items.Length,
        Items = _ => items.ToAsyncEnumerable(),
        SendLimit = TimeSpan.FromMinutes(10),
    };
}
