using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Providers.Aws.Tests;

/// <summary>Beginnings of Bedrock tests.</summary>
internal static class BedrockGiven
{
    public const string Claude = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
    public const string Nova = "amazon.nova-lite-v1:0";
    public const string Role = "arn:aws:iam::000000000000:role/batch";

    public static CloudPlace Cloud { get; } = new()
    {
        Location = "us-east-1",
        Storage = new Uri("s3://bucket/batches/here"),
        StorageEndpoint = new Uri("http://s3.sandbox"),
        Role = Role,
    };

    public static ProviderConnection Connection { get; } = new() { ApiKey = "sandbox:sandbox-secret", Endpoint = new Uri("http://bedrock.sandbox"), Cloud = Cloud };

    public static BedrockProvider Provider(HttpMessageHandler handler, TimeProvider clock, ProviderConnection? connection = null) =>
        new(connection ?? Connection, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, clock);

    public static ModelId Model(string name) => new(ProviderId.Bedrock, name);

    public static ChatRequest Chat(string text) => new() { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])] };

    public static ChatRequest WithTool(string text) =>
        Chat(text) with { Tools = [new ToolDeclaration("look", "Looks", JsonNode.Parse("""{"type":"object","properties":{"at":{"type":"string"}},"required":["at"]}""")!)] };

    public static Envelope Canonical(string text = "hello", string model = Claude) => Chat(text).ToEnvelope(Model(model));

    public static Envelope Verbatim(string json, string model = Claude) =>
        new() { Kind = EndpointKind.Messages, Dialect = Dialect.Anthropic, Model = Model(model), Bytes = Encoding.UTF8.GetBytes(json) };

    public static string Render(Envelope envelope, params CacheMark[] marks)
    {
        var output = new ArrayBufferWriter<byte>();
        new BedrockRequestRenderer(ModelCatalogue.Default).Render(envelope, new CacheControl { Marks = marks }, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string Record(Envelope envelope, BedrockForm form)
    {
        var output = new ArrayBufferWriter<byte>();
        new BedrockRequestRenderer(ModelCatalogue.Default).RenderRecord(envelope, form, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static BatchInput Input(EndpointKind kind, params BatchItem[] items) => new()
    {
        SubmissionKey = "p-0198-key",
        Kind = kind,
        Count = items.Length,
        Items = _ => items.ToAsyncEnumerable(),
        SendLimit = TimeSpan.FromMinutes(10),
    };
}
