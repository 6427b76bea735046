using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parsimony.Providers;

/// <summary>
/// Cache marks as OpenAI takes them: <c>prompt_cache_breakpoint</c> on a content block and <c>prompt_cache_options</c> on the request, from GPT-5.6
/// on; earlier models answer 400 (https://developers.openai.com/api/docs/guides/prompt-caching, stamped 2026-10-02, read 2026-11-20). The vendor's own
/// chat client has no place for a mark: users who bring it get the provider's automatic caching.
/// </summary>
internal sealed partial class OpenAICacheMarks
{
    private readonly bool _isExplicit;
    private readonly string? _routingKey;

    private OpenAICacheMarks(IReadOnlySet<int> blocks, bool isExplicit, string? routingKey)
    {
        Blocks = blocks;
        _isExplicit = isExplicit;
        _routingKey = routingKey;
    }

    /// <summary>Most breakpoints that are written per request.</summary>
    public const int Most = 4;

    /// <summary>Whether the model takes explicit marks. Unknown names do not.</summary>
    public static bool Takes(string model)
    {
        var match = Version().Match(model);
        if (!match.Success)
        {
            return false;
        }

        var major = int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture);
        var minor = match.Groups["minor"].Success ? int.Parse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return major > 5 || (major == 5 && minor >= 6);
    }

    /// <summary>Indexes of the blocks to mark.</summary>
    public IReadOnlySet<int> Blocks { get; }

    /// <summary>What is asked of the cache, as the model takes it.</summary>
    public static OpenAICacheMarks Of(ChatRequest request, string model, CacheControl cache)
    {
        if (!Takes(model))
        {
            return new OpenAICacheMarks(new HashSet<int>(), isExplicit: false, cache.RoutingKey);
        }

        var blocks = cache.Marks.Count > 0 ? Place(request, cache.Marks) : [];
        return new OpenAICacheMarks(blocks, blocks.Count > 0 || cache.IsDeclined, cache.RoutingKey);
    }

    /// <summary>
    /// The blocks to mark: OpenAI marks text, images and files of instructions, users and tools, so a mark elsewhere moves to the last such block
    /// before it; where there is none it is dropped. The latest four stay.
    /// </summary>
    private static HashSet<int> Place(ChatRequest request, IReadOnlyList<CacheMark> marks)
    {
        var eligible = new List<int>();
        var index = request.Tools.Count;
        foreach (var turn in request.Turns)
        {
            foreach (var part in turn.Parts)
            {
                if (turn.Role != ChatTurnRole.Assistant && part is ChatPart.Text or ChatPart.Data or ChatPart.Link)
                {
                    eligible.Add(index);
                }

                index++;
            }
        }

        return marks
            .Select(mark => eligible.FindLastIndex(block => block <= mark.BlockIndex))
            .Where(found => found >= 0)
            .Select(found => eligible[found])
            .Distinct()
            .OrderDescending()
            .Take(Most)
            .ToHashSet();
    }

    /// <summary>Writes the mark as the last member of a content block.</summary>
    public static void WriteBreakpoint(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("prompt_cache_breakpoint"u8);
        writer.WriteString("mode"u8, "explicit"u8);
        writer.WriteEndObject();
    }

    /// <summary>Writes the request's members: the one that switches automatic marks, and their write charge, off, and the key that keeps a prefix on one machine.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="isOurs">Whether a member is not the caller's own.</param>
    public void WriteOptions(Utf8JsonWriter writer, Func<string, bool> isOurs)
    {
        if (_isExplicit && isOurs("prompt_cache_options"))
        {
            // 30m is the only lifetime there is, and the default; a longer one of a third-party report is UNVERIFIED and never asked for.
            writer.WriteStartObject("prompt_cache_options"u8);
            writer.WriteString("mode"u8, "explicit"u8);
            writer.WriteEndObject();
        }

        if (_routingKey is { } key && isOurs("prompt_cache_key"))
        {
            writer.WriteString("prompt_cache_key"u8, key);
        }
    }

    [GeneratedRegex(@"^gpt-(?<major>\d{1,3})(\.(?<minor>\d{1,3}))?(-|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Version();
}
