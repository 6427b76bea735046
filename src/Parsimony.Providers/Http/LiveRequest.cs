using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Parsimony.Providers;

/// <summary>The request of a live chat call. It can run the delegate that a stored one cannot; what that makes wins over the options.</summary>
internal static class LiveRequest
{
    /// <summary>Reads messages and options.</summary>
    /// <exception cref="NotSupportedException">The delegate made something other than JSON members.</exception>
    public static ChatRequest Read(IEnumerable<ChatMessage> messages, ChatOptions? options, IChatClient client)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (options?.RawRepresentationFactory is not { } factory)
        {
            return ChatRequestConversions.FromMessages(messages, options);
        }

        var plain = options.Clone();
        plain.RawRepresentationFactory = null;
        var raw = factory(client) switch
        {
            null => null,
            JsonObject made => made,
            JsonElement { ValueKind: JsonValueKind.Object } made => JsonObject.Create(made),
            var other => throw new NotSupportedException(
                $"RawRepresentationFactory made a {other.GetType().Name}; this client takes a JsonObject or JsonElement of members to set in the request body."),
        };
        var request = ChatRequestConversions.FromMessages(messages, plain);
        return raw is null ? request : request with { Raw = Merged(request.Raw, raw) };
    }

    private static JsonObject Merged(JsonObject? options, JsonObject raw)
    {
        var merged = new JsonObject();
        foreach (var (name, value) in (options ?? []).Concat(raw))
        {
            merged[name] = value?.DeepClone();
        }

        return merged;
    }
}
