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
}
