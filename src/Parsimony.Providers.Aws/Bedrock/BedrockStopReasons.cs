namespace Parsimony.Providers.Aws;

/// <summary>Converse's stop reasons in the words all providers share.</summary>
/// <remarks>Values: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html, read 2026-11-21.</remarks>
internal static class BedrockStopReasons
{
    /// <summary><c>stop</c>, <c>length</c>, <c>tool_calls</c> or <c>content_filter</c>; the provider's own word for anything else (<c>malformed_tool_use</c>).</summary>
    public static string? Read(string? stopReason) => stopReason switch
    {
        "end_turn" or "stop_sequence" => "stop",
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "guardrail_intervened" or "content_filtered" => "content_filter",
        _ => stopReason,
    };
}
