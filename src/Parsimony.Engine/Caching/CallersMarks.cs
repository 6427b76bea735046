namespace Parsimony.Engine;

/// <summary>What a caller has asked of the prompt cache in the request itself: then it is the caller's, and nothing is planned.</summary>
public static class CallersMarks
{
    /// <summary>Whether a request names a member that asks something of its provider's prompt cache.</summary>
    /// <remarks>
    /// Looked for as a quoted name anywhere, so that a member of the same name elsewhere counts, too: that leaves one call unplanned. Texts escape their quotes.
    /// Names: <c>cache_control</c> (https://platform.claude.com/docs/en/build-with-claude/prompt-caching), <c>prompt_cache_key</c>, <c>prompt_cache_options</c>,
    /// <c>prompt_cache_retention</c> and <c>prompt_cache_breakpoint</c> (https://developers.openai.com/api/docs/guides/prompt-caching), both read 2026-11-20.
    /// </remarks>
    public static bool AreIn(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var bytes = envelope.Bytes.Span;
        return bytes.IndexOf("\"cache_control\""u8) >= 0 || bytes.IndexOf("\"prompt_cache_"u8) >= 0;
    }
}
