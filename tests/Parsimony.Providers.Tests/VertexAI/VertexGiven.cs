using System.Buffers;
using System.Text;
using Parsimony.Providers.Google;

namespace Parsimony.Providers.Tests;

/// <summary>Beginnings of Vertex AI tests.</summary>
internal static class VertexGiven
{
    public static CloudPlace Place { get; } = new()
    {
        Account = "acme-1",
        Location = "europe-west4",
        Storage = new Uri("gs://bucket/batches"),
        StorageEndpoint = new Uri("http://gcs.sandbox"),
    };

    public static ProviderConnection Connection { get; } = new() { ApiKey = "ya29.secret", Cloud = Place with { StorageEndpoint = new Uri("http://localhost:8") }, Endpoint = new Uri("http://localhost:9") };

    public static VertexAIProvider Provider(HttpMessageHandler handler, TimeProvider clock, ProviderConnection? connection = null) =>
        new(connection ?? Connection, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, clock);

    public static ModelId Model(string name = "gemini-3.8-flash") => new(ProviderId.VertexAI, name);

    public static ChatRequest Chat(string text = "hello") => new() { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])] };

    public static Envelope Canonical(string text = "hello", string model = "gemini-3.8-flash") => Chat(text).ToEnvelope(Model(model));

    public static string Render(Envelope envelope)
    {
        var output = new ArrayBufferWriter<byte>();
        new VertexRenderer().Render(envelope, CacheControl.None, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static BatchInput Input(params BatchItem[] items) => new()
    {
        SubmissionKey = "p-0198-key",
        Kind = EndpointKind.Chat,
        Count = items.Length,
        Items = _ => items.ToAsyncEnumerable(),
        SendLimit = TimeSpan.FromMinutes(10),
    };
}
