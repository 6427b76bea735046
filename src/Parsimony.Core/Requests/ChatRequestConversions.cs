using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony;

/// <summary>From Microsoft.Extensions.AI's messages and options to a <see cref="ChatRequest"/>, and back for users who bring a vendor's client.</summary>
public static class ChatRequestConversions
{
    /// <summary>Reads messages and options; the options' model, deadline and cache marks are left to others.</summary>
    /// <exception cref="NotStorableException">Something in them cannot be written down; the message says what to do.</exception>
    public static ChatRequest FromMessages(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        options ??= new ChatOptions();
        RefuseWhatOnlyAClientCanSend(options);
        return new ChatRequest
        {
            Turns = [.. Instructions(options), .. messages.Select(ChatTurnConversions.FromMessage)],
            MaxOutputTokens = options.MaxOutputTokens,
            Temperature = Widen(options.Temperature),
            TopP = Widen(options.TopP),
            TopK = options.TopK,
            FrequencyPenalty = Widen(options.FrequencyPenalty),
            PresencePenalty = Widen(options.PresencePenalty),
            Seed = options.Seed,
            StopSequences = options.StopSequences is { Count: > 0 } stops ? [.. stops] : [],
            Format = ReadFormat(options.ResponseFormat),
            ReasoningEffort = CamelCase(options.Reasoning?.Effort?.ToString()),
            ReasoningOutput = CamelCase(options.Reasoning?.Output?.ToString()),
            Tools = ToolConversions.FromTools(options),
            ToolMode = options.ToolMode switch
            {
                null => null,
                NoneChatToolMode => "none",
                RequiredChatToolMode => "required",
                _ => "auto",
            },
            RequiredTool = (options.ToolMode as RequiredChatToolMode)?.RequiredFunctionName,
            AllowMultipleToolCalls = options.AllowMultipleToolCalls,
            ConversationId = options.ConversationId,
            Raw = ReadRaw(options.AdditionalProperties),
        };
    }

    /// <summary>Messages and options that say the same; system turns stay messages, and <see cref="ChatRequest.Raw"/> becomes additional properties.</summary>
    /// <exception cref="ArgumentException">Two members of <see cref="ChatRequest.Raw"/> differ only in letter case, which additional properties ignore.</exception>
    public static (List<ChatMessage> Messages, ChatOptions Options) ToMessages(ChatRequest request)
    {
        var options = new ChatOptions
        {
            MaxOutputTokens = request.MaxOutputTokens,
            Temperature = (float?)request.Temperature,
            TopP = (float?)request.TopP,
            TopK = request.TopK,
            FrequencyPenalty = (float?)request.FrequencyPenalty,
            PresencePenalty = (float?)request.PresencePenalty,
            Seed = request.Seed,
            StopSequences = request.StopSequences.Count > 0 ? [.. request.StopSequences] : null,
            ResponseFormat = WriteFormat(request.Format),
            Reasoning = WriteReasoning(request),
            Tools = request.Tools.Count > 0 ? [.. request.Tools.Select(ToolConversions.ToTool)] : null,
            ToolMode = request.ToolMode switch
            {
                "none" => ChatToolMode.None,
                "required" => request.RequiredTool is { } name ? ChatToolMode.RequireSpecific(name) : ChatToolMode.RequireAny,
                "auto" => ChatToolMode.Auto,
                _ => null,
            },
            AllowMultipleToolCalls = request.AllowMultipleToolCalls,
            ConversationId = request.ConversationId,
        };
        foreach (var (key, value) in request.Raw ?? [])
        {
            (options.AdditionalProperties ??= []).Add(key, value is null ? null : StoredValue.ToElement(value));
        }

        return ([.. request.Turns.Select(ChatTurnConversions.ToMessage)], options);
    }

    private static void RefuseWhatOnlyAClientCanSend(ChatOptions options)
    {
        if (options.RawRepresentationFactory is not null)
        {
            throw new NotStorableException(
                "The options have a RawRepresentationFactory, which only the client it was written for can call",
                "Put provider-specific members into AdditionalProperties, or send this call without a deadline.");
        }
    }

    private static IEnumerable<ChatTurn> Instructions(ChatOptions options) =>
        string.IsNullOrEmpty(options.Instructions) ? [] : [new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(options.Instructions)])];

    private static ChatFormat ReadFormat(ChatResponseFormat? format) => format switch
    {
        ChatResponseFormatJson { Schema: { } schema } json =>
            new ChatFormat("schema", CanonicalBytes.ToNode(schema), json.SchemaName, json.SchemaDescription),
        ChatResponseFormatJson => ChatFormat.Json,
        _ => ChatFormat.Text,
    };

    private static ChatResponseFormatJson? WriteFormat(ChatFormat format) =>
        format.Schema is { } schema ? ChatResponseFormat.ForJsonSchema(StoredValue.ToElement(schema), format.Name, format.Description)
        : format == ChatFormat.Text ? null
        : ChatResponseFormat.Json;

    private static ReasoningOptions? WriteReasoning(ChatRequest request) =>
        request.ReasoningEffort is null && request.ReasoningOutput is null ? null : new ReasoningOptions
        {
            Effort = Enum.TryParse<ReasoningEffort>(request.ReasoningEffort, ignoreCase: true, out var effort) ? effort : null,
            Output = Enum.TryParse<ReasoningOutput>(request.ReasoningOutput, ignoreCase: true, out var output) ? output : null,
        };

    private static JsonObject? ReadRaw(AdditionalPropertiesDictionary? properties)
    {
        JsonObject? raw = null;
        foreach (var (key, value) in properties ?? [])
        {
            var isOurs = key.StartsWith("parsimony.", StringComparison.Ordinal) || key.StartsWith("anthropic:", StringComparison.Ordinal);
            if (!isOurs && key != ToolConversions.StrictKey)
            {
                (raw ??= [])[key] = StoredValue.ToNode(value, $"AdditionalProperties[\"{key}\"]");
            }
        }

        return raw;
    }

    private static string? CamelCase(string? name) => name is null ? null : JsonNamingPolicy.CamelCase.ConvertName(name);

    /// <summary>0.7f is 0.7, not 0.699999988079071.</summary>
    private static double? Widen(float? value) =>
        value is { } single ? double.Parse(single.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;
}
