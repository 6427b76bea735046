using System.Text;
using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

/// <summary>A clock that stands until a test moves it.</summary>
internal sealed class StandingClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = Start;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>What came back over the wire.</summary>
internal sealed record Sent(int Status, IDictionary<string, string> Headers, byte[] Body, bool Broken)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Body);

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Of(string name) => Json.GetProperty(name).GetString() ?? "";
}

/// <summary>A world, its clock, and the few calls tests make of it.</summary>
internal sealed class Scene : IDisposable
{
    public const string Json = "application/json";

    public Scene(SandboxOptions? options = null, DateTimeOffset? now = null)
    {
        Clock = new StandingClock { Now = now ?? StandingClock.Start };
        World = new SandboxWorld(options ?? new SandboxOptions(), Clock);
    }

    public StandingClock Clock { get; }

    public SandboxWorld World { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => World.Dispose();

    public void Pass(TimeSpan span) => Clock.Now += span;

    public void Fault(string rule) => World.Faults.Append("{\"rules\":[" + rule + "]}");

    public async Task<Sent> SendAsync(string provider, string method, string path, byte[]? body = null, string contentType = Json, string key = "key", string? clientId = null)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = "Bearer " + key, ["Content-Type"] = contentType };
        if (clientId is not null)
            headers["X-Client-Request-Id"] = clientId;
        var query = path.IndexOf('?', StringComparison.Ordinal);
        var request = new SandboxRequest
        {
            Method = method,
            Path = query < 0 ? path : path[..query],
            Query = query < 0 ? "" : path[query..],
            Headers = headers,
            Body = new MemoryStream(body ?? []),
        };
        try
        {
            var response = await World.HandleAsync(provider, request, Token);
            if (response.Disconnect)
                return new Sent(0, response.Headers, [], true);
            using var target = new MemoryStream();
            var broken = false;
            try
            {
                await response.WriteBody(target, Token);
            }
            catch (SandboxDisconnectException)
            {
                broken = true;
            }

            return new Sent(response.Status, response.Headers, target.ToArray(), broken);
        }
        catch (SandboxDisconnectException)
        {
            return new Sent(0, new Dictionary<string, string>(), [], true);
        }
    }

    public Task<Sent> OpenAI(string method, string path, string? body = null) =>
        SendAsync("openai", method, path, body is null ? null : Encoding.UTF8.GetBytes(body));

    public Task<Sent> Anthropic(string method, string path, string? body = null) =>
        SendAsync("anthropic", method, path, body is null ? null : Encoding.UTF8.GetBytes(body));

    public Task<Sent> Chat(string text = "hello", string? clientId = null) => SendAsync(
        "openai", "POST", "/v1/chat/completions", Encoding.UTF8.GetBytes(ChatBody(text)), clientId: clientId);

    public Task<Sent> Message(string text = "hello") => Anthropic("POST", "/v1/messages", MessageBody(text));

    public Task<Sent> Upload(string lines)
    {
        const string Boundary = "----boundary";
        var text = $"--{Boundary}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
            + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\nContent-Type: application/octet-stream\r\n\r\n{lines}\r\n--{Boundary}--\r\n";
        return SendAsync("openai", "POST", "/v1/files", Encoding.UTF8.GetBytes(text), $"multipart/form-data; boundary={Boundary}");
    }

    public Task<Sent> CreateOpenAI(string file) => OpenAI(
        "POST", "/v1/batches", $$$"""{"input_file_id":"{{{file}}}","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"job":"1"}}""");

    public async Task<string> OpenAIBatch(int count = 10) => (await CreateOpenAI((await Upload(ChatLines(count))).Of("id"))).Of("id");

    public Task<Sent> CreateAnthropic(int count = 10, string prefix = "item") => Anthropic("POST", "/v1/messages/batches", AnthropicBody(count, prefix));

    public async Task<string> AnthropicBatch(int count = 10) => (await CreateAnthropic(count)).Of("id");

    public async Task<JsonElement> GetOpenAI(string id) => (await OpenAI("GET", "/v1/batches/" + id)).Json;

    public async Task<JsonElement> GetAnthropic(string id) => (await Anthropic("GET", "/v1/messages/batches/" + id)).Json;

    public Task<Sent> Results(string id) => Anthropic("GET", $"/v1/messages/batches/{id}/results");

    public async Task<Sent> Output(string id, string side = "output_file_id") =>
        await OpenAI("GET", $"/v1/files/{(await GetOpenAI(id)).GetProperty(side).GetString()}/content");

    public static string ChatBody(string text) => $$$"""{"model":"gpt-5-mini","messages":[{"role":"user","content":"{{{text}}}"}]}""";

    public static string MessageBody(string text) => $$$"""{"model":"claude-sonnet-5","max_tokens":100,"messages":[{"role":"user","content":"{{{text}}}"}]}""";

    public static string ChatLines(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
        $"{{\"custom_id\":\"item-{i}\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{ChatBody($"question {i}")}}}\n"));

    public static string AnthropicBody(int count, string prefix = "item") => "{\"requests\":[" + string.Join(',', Enumerable.Range(0, count).Select(i =>
        $"{{\"custom_id\":\"{prefix}-{i}\",\"params\":{MessageBody($"question {i}")}}}")) + "]}";

    public static string[] Ids(Sent sent) => sent.Lines.Select(l => JsonElement.Parse(Encoding.UTF8.GetBytes(l)).GetProperty("custom_id").GetString() ?? "").ToArray();
}
