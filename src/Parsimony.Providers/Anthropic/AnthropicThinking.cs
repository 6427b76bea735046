using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>A wanted reasoning effort in the words a model understands.</summary>
/// <remarks>
/// Models that take an effort think adaptively (<c>thinking.type: adaptive</c> with <c>output_config.effort</c>); those that take none have a
/// token budget (<c>thinking.type: enabled</c>), which must leave room under <c>max_tokens</c> and refuses temperature and top_k beside it. Of an
/// unknown model only the effort is sent. Source: anthropics/anthropic-sdk-typescript src/resources/messages/messages.ts and
/// platform.claude.com/docs/en/build-with-claude/adaptive-thinking, read 2026-11-21; the budgets are ours.
/// </remarks>
internal readonly record struct AnthropicThinking(string? Type, int Budget, string? Effort, string? Display)
{
    // The least budget the API takes.
    private const int LeastBudget = 1024;

    /// <summary>Whether sampling members must stay away.</summary>
    public bool ForbidsSampling => Type is "enabled" or "adaptive";

    /// <summary>Decides from the request, the model's facts and the output limit that will be sent.</summary>
    public static AnthropicThinking Of(ChatRequest request, ModelFacts? facts, int maxTokens)
    {
        var effort = Word(request.ReasoningEffort);
        var display = request.ReasoningOutput switch { null => null, "none" => "omitted", _ => "summarized" };
        if (effort is null && display is not "summarized" || string.Equals(request.ReasoningEffort, "none", StringComparison.Ordinal))
        {
            // Saying "disabled" is refused by models that always think; left out, each model does the least it can.
            return default;
        }

        if (facts?.SupportsReasoningEffort is true)
        {
            return new AnthropicThinking("adaptive", 0, effort, display);
        }

        if (facts?.SupportsReasoningEffort is null)
        {
            return new AnthropicThinking(null, 0, effort, null);
        }

        var budget = Math.Min(effort switch { "low" => LeastBudget, "high" => 8192, "xhigh" or "max" => 16_384, _ => 4096 }, maxTokens / 2);
        return budget >= LeastBudget ? new AnthropicThinking("enabled", budget, null, display) : default;
    }

    /// <summary>Writes the <c>thinking</c> member, if there is one.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        if (Type is null)
        {
            return;
        }

        writer.WriteStartObject("thinking"u8);
        writer.WriteString("type"u8, Type);
        if (Budget > 0)
        {
            writer.WriteNumber("budget_tokens"u8, Budget);
        }

        if (Display is not null)
        {
            writer.WriteString("display"u8, Display);
        }

        writer.WriteEndObject();
    }

    private static string? Word(string? effort) => effort switch
    {
        null or "none" => null,
        "minimal" => "low",
        "extraHigh" => "xhigh",
        _ => effort,
    };
}
