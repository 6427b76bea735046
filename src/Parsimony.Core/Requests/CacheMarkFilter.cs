using System.Text.Json;

namespace Parsimony;

/// <summary>Which members of a verbatim body are cache marks, to be left out of what is compared.</summary>
/// <remarks>
/// Anthropic's <c>cache_control</c> (https://platform.claude.com/docs/en/build-with-claude/prompt-caching) and OpenAI's
/// <c>prompt_cache_breakpoint</c> (https://developers.openai.com/api/docs/guides/prompt-caching), both read 2026-11.
/// </remarks>
internal readonly record struct CacheMarkFilter
{
    private readonly bool _drops;

    private CacheMarkFilter(bool drops) => _drops = drops;

    /// <summary>Leaves nothing out.</summary>
    public static CacheMarkFilter None { get; }

    /// <summary>Leaves marks out.</summary>
    public static CacheMarkFilter Marks { get; } = new(drops: true);

    public bool Drops(JsonProperty member) =>
        _drops && (member.NameEquals("cache_control"u8) || member.NameEquals("prompt_cache_breakpoint"u8));

    /// <summary>Schemas, tool arguments and metadata are the caller's data: what is called like a mark in there is none.</summary>
    public CacheMarkFilter Inside(JsonProperty member) =>
        !_drops ? None
        : member.NameEquals("input_schema"u8) || member.NameEquals("parameters"u8) || member.NameEquals("schema"u8) || member.NameEquals("metadata"u8) ? None
        : member.NameEquals("input"u8) && member.Value.ValueKind == JsonValueKind.Object ? None
        : this;
}
