using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>generateContent, whole or streamed, of either of Google's services.</summary>
/// <param name="provider">Which service.</param>
/// <param name="cachesInBatch">Whether a batch takes requests over an explicit cache.</param>
internal sealed class GenerateContentEndpoint(string provider, bool cachesInBatch) : Endpoint
{
    public const string Name = "/v1beta/models:generateContent";

    public override string Provider => provider;

    public override string Path => Name;

    public override string Operation => Model.Operation.ChatCreate;

    public override string IdPrefix => "";

    public override Refusal? Check(JsonElement body, bool batch) =>
        GeminiPrompt.Check(body) ?? (batch && !cachesInBatch && body.Get("cachedContent") is not null
            ? Refusal.Invalid($"{body.Text("model")} does not support cached content with batch prediction.")
            : null);

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var prompt = GeminiPrompt.Read(body);
        var model = body.Text("model") ?? "";
        var config = body.Get("generationConfig");
        var schema = config?.Get("responseJsonSchema") ?? config?.Get("responseSchema");
        var calling = body.Get("toolConfig")?.Get("functionCallingConfig");
        var answer = prompt.Answer(
            new SimulatedQuestion
            {
                Provider = Provider,
                Model = model,
                JsonSchema = schema,
                JsonMode = schema is null && config?.Text("responseMimeType") == "application/json",
                ForcedTool = calling?.Text("mode") != "ANY" ? null
                    : calling.Value.Each("allowedFunctionNames").Select(name => name.GetString()).FirstOrDefault() ?? (prompt.Tools.Count > 0 ? prompt.Tools[0].Name : null),
                MaxOutputTokens = config?.Whole("maxOutputTokens"),
                Ordinal = ordinal,
            },
            seed);
        var wire = new ContentWire(model, answer);
        return new Work
        {
            Metered = new CacheQuestion
            {
                Provider = Provider,
                Model = model,
                Blocks = prompt.Blocks,
                HeldTokens = body.Whole(CachedPrompt.HeldTokens) ?? 0,
                OutputTokens = answer.OutputTokens,
            },
            Streams = body.IsTrue("stream"),
            Write = wire.Write,
            Events = wire.Events,
        };
    }
}
