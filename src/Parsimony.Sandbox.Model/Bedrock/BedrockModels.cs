using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Sandbox.Model;

/// <summary>Model ids of Bedrock, and how the model, which stands in the address or in the job, is told to what answers.</summary>
internal static class BedrockModels
{
    public const string Provider = "bedrock";

    private const string ModelMember = "@model";
    private const string StreamMember = "@stream";
    private const string Claude = "anthropic.";

    public static bool IsClaude(string model) => model.Contains(Claude, StringComparison.Ordinal);

    public static bool IsEmbedding(string model) => model.Contains("embed", StringComparison.Ordinal);

    public static string Of(JsonElement question) => question.Text(ModelMember) ?? "";

    public static bool Streams(JsonElement question) => question.IsTrue(StreamMember);

    /// <summary>A body with model and stream flag added under names no API has; null when it is no JSON object.</summary>
    public static byte[]? Asked(byte[] body, string model, bool streams)
    {
        try
        {
            if (JsonNode.Parse(body) is not JsonObject root)
                return null;
            root[ModelMember] = model;
            if (streams)
                root[StreamMember] = true;
            return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Marks as at Anthropic, with a longer smallest prefix for Opus 4.7, and none in a batch; other models are not marked
    /// (https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html, read 2026-11-20). Nova's implicit caching is best effort and not simulated.
    /// </summary>
    public static CacheRules CacheRulesOf(string model, bool batch)
    {
        if (batch || !IsClaude(model))
            return CacheRules.None;
        var name = model[(model.IndexOf(Claude, StringComparison.Ordinal) + Claude.Length)..];
        var rules = CacheRules.ForClaude(name);
        return name.StartsWith("claude-opus-4-7", StringComparison.Ordinal) ? rules with { MinPrefixTokens = 4_096 } : rules;
    }
}
