using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Cache marks of one request, by block: each tool, then each part of each turn, in the request's order.</summary>
/// <remarks>
/// At most four, on blocks that take one: not on thinking, not on text left out for being empty. A mark on such a block moves to the one before
/// it. Source: platform.claude.com/docs/en/build-with-claude/prompt-caching, read 2026-11-20.
/// </remarks>
internal sealed class AnthropicMarks
{
    /// <summary>Most marks in a request.</summary>
    public const int Most = 4;

    private static readonly TimeSpan ShortLifetime = TimeSpan.FromMinutes(5);

    private readonly Dictionary<int, TimeSpan> _lifetimes;

    private AnthropicMarks(Dictionary<int, TimeSpan> lifetimes) => _lifetimes = lifetimes;

    /// <summary>No marks.</summary>
    public static AnthropicMarks None { get; } = new([]);

    /// <summary>The marks of a canonical request.</summary>
    public static AnthropicMarks Of(ChatRequest request, IReadOnlyList<CacheMark> marks) =>
        marks.Count == 0
            ? None
            : Of(marks, [.. request.Tools.Select(_ => true), .. request.Turns.SelectMany(t => t.Parts.Select(p => Takes(t.Role, p)))]);

    /// <summary>The marks of a prompt whose blocks are told by whether each takes a mark.</summary>
    public static AnthropicMarks Of(IReadOnlyList<CacheMark> marks, IReadOnlyList<bool> takes)
    {
        var lifetimes = new Dictionary<int, TimeSpan>();
        foreach (var mark in marks.OrderByDescending(m => m.BlockIndex))
        {
            var index = Math.Min(mark.BlockIndex, takes.Count - 1);
            while (index >= 0 && !takes[index])
            {
                index--;
            }

            if (index >= 0 && lifetimes.Count < Most)
            {
                lifetimes.TryAdd(index, mark.Lifetime);
            }
        }

        return new AnthropicMarks(lifetimes);
    }

    /// <summary>Writes the mark after a block, if it has one.</summary>
    public void Write(Utf8JsonWriter writer, int block)
    {
        if (Lifetime(block) is not { } lifetime)
        {
            return;
        }

        writer.WriteStartObject("cache_control"u8);
        writer.WriteString("type"u8, "ephemeral"u8);
        if (Word(lifetime) is { } ttl)
        {
            writer.WriteString("ttl"u8, ttl);
        }

        writer.WriteEndObject();
    }

    /// <summary>The lifetime asked for after a block; null where there is no mark.</summary>
    public TimeSpan? Lifetime(int block) => _lifetimes.TryGetValue(block, out var lifetime) ? lifetime : null;

    /// <summary>The provider's word for a lifetime; null for its default of five minutes.</summary>
    public static string? Word(TimeSpan lifetime) => lifetime > ShortLifetime ? "1h" : null;

    private static bool Takes(ChatTurnRole role, ChatPart part) => part switch
    {
        ChatPart.Text text => text.Value.Length > 0,
        ChatPart.Reasoning => false,
        _ => role != ChatTurnRole.System,
    };
}
