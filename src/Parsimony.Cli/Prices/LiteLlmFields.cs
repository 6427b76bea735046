using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parsimony.Cli;

/// <summary>What one entry of a LiteLLM price file says, sorted by what can be expressed here and what cannot.</summary>
/// <remarks>
/// Field names: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json (read 2026-11-21). A price of a token may end in
/// <c>_above_200k_tokens</c> and then in <c>_batches</c>, <c>_flex</c> or <c>_priority</c>; the long cache write is <c>_above_1hr</c>.
/// </remarks>
internal sealed partial class LiteLlmFields
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["input_cost_per_token"] = "input",
        ["output_cost_per_token"] = "output",
        ["cache_read_input_token_cost"] = "cache_read",
        ["cache_creation_input_token_cost"] = "cache_write_short",
        ["cache_creation_input_token_cost_above_1hr"] = "cache_write_long",
    };

    private static readonly Dictionary<string, string> Tiers = new(StringComparer.Ordinal)
    {
        [""] = "live",
        ["batches"] = "batch",
        ["flex"] = "flex",
        ["priority"] = "priority",
    };

    /// <summary>USD per million tokens by tier, threshold (0 for none) and kind.</summary>
    public SortedDictionary<(string Tier, long Above), SortedDictionary<string, decimal>> Prices { get; } = [];

    /// <summary>Fields with a price of something else than text tokens.</summary>
    public List<string> Others { get; } = [];

    /// <summary>Why the entry cannot be taken at all; null when it can.</summary>
    public string? Fault { get; private set; }

    public static LiteLlmFields Read(JsonElement entry)
    {
        var fields = new LiteLlmFields();
        foreach (var member in entry.EnumerateObject())
        {
            var match = TokenPrice().Match(member.Name);
            if (match.Success)
            {
                fields.Add(member, match);
            }
            else if (IsPrice(member))
            {
                fields.Others.Add(member.Name);
            }
        }

        fields.Judge(entry);
        return fields;
    }

    private static bool IsPrice(JsonProperty member) =>
        PriceName().IsMatch(member.Name) && member.Value.ValueKind switch
        {
            JsonValueKind.Number => !member.Value.TryGetDecimal(out var value) || value != 0,
            JsonValueKind.Object or JsonValueKind.Array => true,
            _ => false,
        };

    private void Add(JsonProperty member, Match match)
    {
        if (member.Value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetDecimal(out var perToken) || perToken < 0)
        {
            Fault ??= $"{member.Name} is not a price of zero or more";
            return;
        }

        var above = match.Groups["k"] is { Success: true } k ? long.Parse(k.ValueSpan, CultureInfo.InvariantCulture) * 1_000 : 0;
        var key = (Tiers[match.Groups["tier"].Value], above);
        if (!Prices.TryGetValue(key, out var prices))
        {
            Prices[key] = prices = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        }

        prices[Kinds[match.Groups["kind"].Value]] = perToken * 1_000_000m;
    }

    // Whatever would make a cost wrong that looks right: the entry is left out, not bent.
    private void Judge(JsonElement entry)
    {
        var live = Prices.GetValueOrDefault(("live", 0));
        if (live is null || !live.ContainsKey("input"))
        {
            Fault ??= "no price per input token";
        }
        else if (live.Values.All(price => price == 0))
        {
            Fault ??= "all prices are zero: free, or not known";
        }
        else if (Prices.Keys.GroupBy(key => key.Tier, StringComparer.Ordinal).Any(tier => tier.Count(key => key.Above > 0) > 1))
        {
            Fault ??= "more than one context band";
        }
        else if (entry.TryGetProperty("tiered_pricing", out var tiered) && tiered.ValueKind == JsonValueKind.Array)
        {
            Fault ??= "tiered_pricing";
        }
        else if (entry.TryGetProperty("output_cost_per_reasoning_token", out var reasoning) && reasoning.ValueKind == JsonValueKind.Number
            && reasoning.TryGetDecimal(out var price) && price * 1_000_000m != live.GetValueOrDefault("output"))
        {
            Fault ??= "output_cost_per_reasoning_token differs from output_cost_per_token";
        }
        else if (entry.TryGetProperty("input_cost_per_request", out var request) && request.ValueKind == JsonValueKind.Number && request.GetDouble() > 0)
        {
            Fault ??= "a price per request besides that of tokens";
        }

        Others.Remove("output_cost_per_reasoning_token");
        foreach (var tier in Prices.Keys.Where(key => key.Above > 0 && !Prices.ContainsKey((key.Tier, 0))).ToList())
        {
            Others.Add($"{tier.Tier} above {tier.Above.ToString("N0", CultureInfo.InvariantCulture)} tokens without its ordinary price");
            Prices.Remove(tier);
        }
    }

    [GeneratedRegex(
        "^(?<kind>input_cost_per_token|output_cost_per_token|cache_read_input_token_cost|cache_creation_input_token_cost_above_1hr|cache_creation_input_token_cost)"
        + "(?:_above_(?<k>[0-9]{1,6})k_tokens)?(?:_(?<tier>batches|flex|priority))?$",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TokenPrice();

    [GeneratedRegex("cost|price|pricing|uplift|multiplier|provider_specific_entry", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PriceName();
}
