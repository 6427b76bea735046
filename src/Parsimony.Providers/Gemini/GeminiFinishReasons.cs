namespace Parsimony.Providers;

/// <summary>Why an answer ended, in the words all providers share.</summary>
/// <remarks>Source: https://ai.google.dev/api/generate-content#FinishReason and #BlockReason, and the enums of googleapis/js-genai (August 2026), read 2026-11-21.</remarks>
internal static class GeminiFinishReasons
{
    /// <summary>The shared word; the provider's own where there is none, null for none.</summary>
    /// <param name="reason">What the provider says.</param>
    /// <param name="calls">Whether the answer calls a tool: there is no reason of its own for that.</param>
    public static string? Word(string? reason, bool calls) => reason switch
    {
        null or "" or "FINISH_REASON_UNSPECIFIED" => null,
        "STOP" => calls ? "tool_calls" : "stop",
        "MAX_TOKENS" => "length",
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "MODEL_ARMOR"
            or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION" => "content_filter",
        _ => reason,
    };
}
