namespace Parsimony.Providers;

/// <summary>Anthropic's stop reasons in the words all providers share.</summary>
internal static class AnthropicStopReasons
{
    /// <summary><c>stop</c>, <c>length</c>, <c>tool_calls</c> or <c>content_filter</c>; the provider's own word for anything else (<c>pause_turn</c>: not finished).</summary>
    public static string? Read(string? stopReason) => stopReason switch
    {
        "end_turn" or "stop_sequence" => "stop",
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        _ => stopReason,
    };
}
