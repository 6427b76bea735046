using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>A wanted reasoning effort in the words a model understands.</summary>
/// <remarks>
/// Gemini 3 and later take a level, Gemini 2.5 a token budget; both at once are refused. The levels and budgets are those Google itself uses for
/// OpenAI's <c>reasoning_effort</c> (https://ai.google.dev/gemini-api/docs/openai and .../generate-content/thinking, read 2026-11-21). Models that
/// cannot stop thinking do the least they can. Of a model whose generation its name does not tell, only the level is sent.
/// </remarks>
internal readonly record struct GeminiThinking(string? Level, int? Budget, bool? IncludesThoughts)
{
    private static readonly System.Buffers.SearchValues<char> NumberCharacters = System.Buffers.SearchValues.Create("0123456789.");

    // 2.5 Pro does not stop thinking; this is the least it takes (the thinking page).
    private const int LeastProBudget = 128;

    public bool IsNone => Level is null && Budget is null && IncludesThoughts is null;

    public static GeminiThinking Of(ChatRequest request, string model)
    {
        var effort = request.ReasoningEffort;
        bool? thoughts = request.ReasoningOutput switch { null => null, "none" => false, _ => true };
        var generation = Generation(model);
        if (generation is { } older && older < 2.5)
        {
            // They do not think, and refuse to be told how.
            return default;
        }

        if (effort is null)
        {
            return new GeminiThinking(null, null, thoughts);
        }

        var isPro = model.Contains("-pro", StringComparison.OrdinalIgnoreCase);
        if (generation is < 3)
        {
            var budget = effort switch
            {
                "none" => isPro ? LeastProBudget : 0,
                "minimal" or "low" => 1024,
                "medium" => 8192,
                _ => 24_576,
            };
            return new GeminiThinking(null, budget, thoughts);
        }

        var level = effort switch
        {
            "none" or "minimal" => isPro ? "low" : "minimal",
            "low" => "low",
            "medium" => "medium",
            _ => "high",
        };
        return new GeminiThinking(level, null, thoughts);
    }

    /// <summary>The generation a model's name tells, such as 2.5; null when it tells none.</summary>
    public static double? Generation(string model)
    {
        var start = model.IndexOf("gemini-", StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        var number = model.AsSpan(start + 7);
        var end = number.IndexOfAnyExcept(NumberCharacters);
        return double.TryParse(end < 0 ? number : number[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var generation) ? generation : null;
    }

    /// <summary>Writes the <c>thinkingConfig</c> member, if there is one.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        if (IsNone)
        {
            return;
        }

        writer.WriteStartObject("thinkingConfig"u8);
        if (IncludesThoughts is { } thoughts)
        {
            writer.WriteBoolean("includeThoughts"u8, thoughts);
        }

        if (Level is not null)
        {
            writer.WriteString("thinkingLevel"u8, Level);
        }

        if (Budget is { } budget)
        {
            writer.WriteNumber("thinkingBudget"u8, budget);
        }

        writer.WriteEndObject();
    }
}
