using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>POST /v1/responses.</summary>
internal sealed class ResponsesEndpoint(string provider) : Endpoint
{
    public override string Provider => provider;

    public override string Path => "/v1/responses";

    public override string Operation => Model.Operation.ResponsesCreate;

    public override string IdPrefix => "resp_";

    public override Refusal? Check(JsonElement body, bool batch)
    {
        if (OpenAIPrompt.CheckCommon(body, batch) is { } refusal)
            return refusal;
        if (body.Get("input") is not { ValueKind: JsonValueKind.String or JsonValueKind.Array })
            return Refusal.Invalid("Missing required parameter: 'input'.", "input", "missing_required_parameter");
        return OpenAIPrompt.CheckLimit(body, "max_output_tokens");
    }

    public override Work Answer(JsonElement body, int ordinal, ulong seed)
    {
        var prompt = new PromptReader();
        OpenAIPrompt.AddTools(prompt, body);
        if (body.Text("instructions") is { } instructions)
            prompt.AddText("system", instructions, null, endsMessage: true);
        if (body.Text("input") is { } text)
            prompt.AddText("user", text, null, endsMessage: true);
        foreach (var item in body.Each("input"))
            AddItem(prompt, item);
        var format = body.Get("text")?.Get("format");
        var model = body.Text("model") ?? "";
        var answer = prompt.Answer(
            new SimulatedQuestion
            {
                Provider = Provider,
                Model = model,
                JsonSchema = format?.Get("schema"),
                JsonMode = format?.Text("type") == "json_object",
                ForcedTool = OpenAIPrompt.ForcedTool(body, prompt),
                MaxOutputTokens = body.Whole("max_output_tokens"),
                Ordinal = ordinal,
            },
            seed);
        var wire = new ResponseWire(body, model, answer);
        return new Work
        {
            Metered = OpenAIPrompt.Metered(Provider, body, model, prompt, answer.OutputTokens),
            Streams = body.IsTrue("stream"),
            Write = wire.Write,
            Events = wire.Events,
        };
    }

    private static void AddItem(PromptReader prompt, JsonElement item)
    {
        switch (item.Text("type"))
        {
            case null or "message":
                OpenAIPrompt.AddMessage(prompt, item);
                break;
            case "function_call_output":
                var output = item.Get("output");
                var text = output is { ValueKind: JsonValueKind.String } ? output.Value.GetString() ?? "" : output?.GetRawText() ?? "";
                prompt.AddUserText(text);
                prompt.AddOther("tool", text, PromptBlockKind.ToolResult, null, endsMessage: true);
                break;
            case "function_call":
                prompt.AddOther("assistant", item.GetRawText(), PromptBlockKind.ToolUse, null, endsMessage: true);
                break;
            default:
                prompt.AddOther("assistant", item.GetRawText(), PromptBlockKind.Content, null, endsMessage: true);
                break;
        }
    }
}
