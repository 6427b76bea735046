using System.Net;
using System.Text;
using Parsimony.Testing;

namespace Parsimony.Providers.Tests;

/// <summary>One call a provider made, body included.</summary>
internal sealed record AnthropicCall(HttpMethod Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A provider over a hand-written server, with a clock that stands still.</summary>
internal sealed class AnthropicWorld : HttpMessageHandler
{
    public const string Key = "sk-ant-secret";

    public static readonly ModelId Haiku = ModelId.Parse("anthropic/claude-haiku-4-5-20251001");

    public AnthropicWorld(Func<AnthropicCall, HttpResponseMessage> answer, ProviderConnection? connection = null)
    {
        Answer = (call, _) => Task.FromResult(answer(call));
        Provider = new AnthropicProvider(
            connection ?? new ProviderConnection { ApiKey = Key }, new HttpClient(this) { Timeout = Timeout.InfiniteTimeSpan }, Clock);
    }

    public Func<AnthropicCall, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; }

    public ManualClock Clock { get; } = new();

    public AnthropicProvider Provider { get; }

    public List<AnthropicCall> Calls { get; } = [];

    public static HttpResponseMessage Json(string body, int status = 200) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Error(int status, string type, string message = "SECRET PROMPT") =>
        Json($$"""{"type":"error","error":{"type":"{{type}}","message":"{{message}}"},"request_id":"req_1"}""", status);

    public static string Message(string text = "ok", string usage = """{"input_tokens":12,"output_tokens":3,"service_tier":"standard"}""") =>
        $$"""{"id":"msg_01","type":"message","role":"assistant","model":"claude-haiku-4-5-20251001","content":[{"type":"text","text":"{{text}}"}],"stop_reason":"end_turn","usage":{{usage}}}""";

    public static string Batch(string id = "msgbatch_1", string status = "in_progress", string created = "2026-01-01T00:00:00Z", string counts = "{}", string more = "") =>
        $$"""{"id":"{{id}}","type":"message_batch","processing_status":"{{status}}","request_counts":{{counts}},"created_at":"{{created}}"{{more}}}""";

    public static Envelope Chat(string text = "hi", ModelId? model = null) =>
        new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])] }.ToEnvelope(model ?? Haiku);

    public static Envelope Verbatim(string body, string model = "claude-haiku-4-5-20251001") => new()
    {
        Kind = EndpointKind.Messages,
        Dialect = Dialect.Anthropic,
        Model = new ModelId(ProviderId.Anthropic, model),
        Bytes = Encoding.UTF8.GetBytes(body),
    };

    public static BatchInput Input(params BatchItem[] items) => new()
    {
        SubmissionKey = "k1",
        Kind = EndpointKind.Chat,
        Count = items.Length,
        Items = _ => items.ToAsyncEnumerable(),
        SendLimit = TimeSpan.FromMinutes(2),
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Like a socket: the body is written while it is made, and what breaks the writer breaks the call.
        var body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : "";
        var headers = request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated.AsEnumerable() ?? [])
            .ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var call = new AnthropicCall(request.Method, request.RequestUri!.PathAndQuery, headers, body);
        Calls.Add(call);
        return await Answer(call, cancellationToken);
    }
}
