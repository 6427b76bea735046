namespace Parsimony.Providers.Aws;

/// <summary>What a Bedrock model id says of its maker: <c>[profile.]maker.model-version</c>, or an ARN that ends so.</summary>
/// <remarks>Ids: https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html, read 2026-11-21.</remarks>
internal static class BedrockModels
{
    private const string Claude = "anthropic.";

    /// <summary>Whether the model speaks Anthropic's messages when it is invoked in its own words.</summary>
    public static bool IsClaude(string model) => Start(model, Claude) >= 0;

    public static bool IsNova(string model) => Start(model, "amazon.nova") >= 0;

    /// <summary>Whether it is a Nova that reasons when asked (from the second generation on).</summary>
    public static bool IsReasoningNova(string model) => Start(model, "amazon.nova-2") >= 0;

    public static bool IsOpenAI(string model) => Start(model, "openai.") >= 0;

    public static bool IsTitanEmbedding(string model) => Start(model, "amazon.titan-embed-text") >= 0;

    /// <summary>
    /// The facts of a model: Bedrock's own where the catalogue has them, else those of the same Claude at Anthropic, whose limits and refusals it shares. Null for neither.
    /// </summary>
    public static ModelFacts? Facts(ModelCatalogue catalogue, ModelId model) =>
        catalogue.Find(model) ?? (AnthropicName(model.Name) is { } name ? catalogue.Find(new ModelId(ProviderId.Anthropic, name)) : null);

    /// <summary>Anthropic's name of a Claude on Bedrock, for example <c>claude-haiku-4-5-20251001</c> of <c>eu.anthropic.claude-haiku-4-5-20251001-v1:0</c>; null for other models.</summary>
    public static string? AnthropicName(string model)
    {
        var start = Start(model, Claude);
        if (start < 0)
        {
            return null;
        }

        var name = model[(start + Claude.Length)..].Split(':')[0];
        var version = name.LastIndexOf("-v", StringComparison.Ordinal);
        return version > 0 && name.AsSpan(version + 2) is { IsEmpty: false } digits && !digits.ContainsAnyExceptInRange('0', '9') ? name[..version] : name;
    }

    // After the start, a dot (of a profile's region) or a slash (of an ARN).
    private static int Start(string model, string maker)
    {
        var at = model.IndexOf(maker, StringComparison.Ordinal);
        return at == 0 || (at > 0 && model[at - 1] is '.' or '/') ? at : -1;
    }
}
