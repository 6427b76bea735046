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
    private static readonly HashSet<int> NoBlocks = [];

    private readonly Dictionary<long, OpenAIVerbatimForm> _positions = [];

    private OpenAICacheMarks(IReadOnlySet<int> blocks, bool isExplicit, string? routingKey)
    {
        Blocks = blocks;
        IsExplicit = isExplicit;
        RoutingKey = routingKey;
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

    /// <summary>Whether only what is marked is written.</summary>
    public bool IsExplicit { get; }

    /// <summary>The key that keeps a prefix on one machine; null for none.</summary>
    public string? RoutingKey { get; }

    /// <summary>The member it goes in; null where it goes in none.</summary>
    public string? RoutingMember { get; private init; }

    /// <summary>Whether the body is one of the Responses endpoint.</summary>
    public bool IsResponses { get; private init; }

    /// <summary>As what the token at a place of a caller's own body is marked.</summary>
    public OpenAIVerbatimForm FormAt(long position) => _positions.GetValueOrDefault(position);

    /// <summary>What is asked of the cache, as the model takes it.</summary>
    public static OpenAICacheMarks Of(ChatRequest request, string model, CacheControl cache, OpenAIChatHabits habits)
    {
        var unmarked = new OpenAICacheMarks(NoBlocks, isExplicit: false, cache.RoutingKey) { RoutingMember = habits.RoutingMember };
        if (!habits.TakesBreakpoints || !Takes(model))
        {
            return unmarked;
        }

        List<OpenAIVerbatimForm> forms = [.. Enumerable.Repeat(OpenAIVerbatimForm.None, request.Tools.Count), .. request.Turns.SelectMany(turn => turn.Parts.Select(part => Form(turn, part)))];
        return IsLeft(forms, cache) ? unmarked : Placed(forms, cache, habits);
    }

    /// <summary>The same in a caller's own body; nothing where the caller asks the cache itself.</summary>
    public static OpenAICacheMarks Of(Envelope envelope, CacheControl cache, OpenAIChatHabits habits)
    {
        var none = new OpenAICacheMarks(NoBlocks, isExplicit: false, routingKey: null);
        if (cache.IsNone || envelope.Kind is not (EndpointKind.Chat or EndpointKind.Responses))
        {
            return none;
        }

        var read = OpenAIVerbatimBlocks.Read(envelope);
        if (read.IsCallers)
        {
            return none;
        }

        var all = read.All;
        List<OpenAIVerbatimForm> forms = [.. all.Select(block => block.Form)];
        if (!habits.TakesBreakpoints || !Takes(envelope.Model.Name) || IsLeft(forms, cache))
        {
            // xAI, whose chat takes a header, has the member in its Responses form (https://docs.x.ai/developers/advanced-api-usage/prompt-caching, read 2026-11-20).
            return new OpenAICacheMarks(NoBlocks, isExplicit: false, cache.RoutingKey)
            {
                RoutingMember = envelope.Kind == EndpointKind.Responses ? "prompt_cache_key" : habits.RoutingMember,
            };
        }

        var placed = Placed(forms, cache, habits);
        var marks = new OpenAICacheMarks(placed.Blocks, placed.IsExplicit, placed.RoutingKey)
        {
            IsResponses = envelope.Kind == EndpointKind.Responses,
            RoutingMember = habits.RoutingMember,
        };
        foreach (var block in placed.Blocks)
        {
            marks._positions[all[block].Position] = all[block].Form;
        }

        return marks;
    }

    private static OpenAICacheMarks Placed(List<OpenAIVerbatimForm> forms, CacheControl cache, OpenAIChatHabits habits)
    {
        var blocks = Place(forms, cache.Marks);
        return new OpenAICacheMarks(blocks, blocks.Count > 0 || cache.IsDeclined, cache.RoutingKey) { RoutingMember = habits.RoutingMember };
    }

    /// <summary>
    /// Whether the provider is left to mark by itself. Whether a tool's result takes a mark is UNVERIFIED, and without one a loop of tools would never read what it added; the
    /// breakpoint that is set without being asked stands at the end of the latest message.
    /// </summary>
    private static bool IsLeft(List<OpenAIVerbatimForm> forms, CacheControl cache) =>
        forms.Count > 0 && cache.Marks.Any(mark => forms[Math.Clamp(mark.BlockIndex, 0, forms.Count - 1)] == OpenAIVerbatimForm.ToolResult);

    private static OpenAIVerbatimForm Form(ChatTurn turn, ChatPart part) => part switch
    {
        ChatPart.ToolResult => OpenAIVerbatimForm.ToolResult,
        ChatPart.Text or ChatPart.Data or ChatPart.Link when turn.Role != ChatTurnRole.Assistant => OpenAIVerbatimForm.Part,
        _ => OpenAIVerbatimForm.None,
    };

    /// <summary>
    /// The blocks to mark: OpenAI marks text, images and files of instructions and users, so a mark elsewhere moves to the last such block before it; where there is none it is
    /// dropped. The latest four stay.
    /// </summary>
    private static HashSet<int> Place(List<OpenAIVerbatimForm> forms, IReadOnlyList<CacheMark> marks)
    {
        List<int> eligible = [.. Enumerable.Range(0, forms.Count).Where(block => forms[block] is OpenAIVerbatimForm.Part or OpenAIVerbatimForm.Text or OpenAIVerbatimForm.Input)];
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
        if (IsExplicit && isOurs("prompt_cache_options"))
        {
            // 30m is the only lifetime there is, and the default; a longer one of a third-party report is UNVERIFIED and never asked for.
            writer.WriteStartObject("prompt_cache_options"u8);
            writer.WriteString("mode"u8, "explicit"u8);
            writer.WriteEndObject();
        }

        if (RoutingKey is { } key && RoutingMember is { } member && isOurs(member))
        {
            writer.WriteString(member, key);
        }
    }

    [GeneratedRegex(@"^gpt-(?<major>\d{1,3})(\.(?<minor>\d{1,3}))?(-|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Version();
}
