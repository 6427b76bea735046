namespace Parsimony.Providers.Aws;

/// <summary>In whose words a body is: every record of a job in the same.</summary>
internal enum BedrockForm
{
    /// <summary>Bedrock's own, the same for every model.</summary>
    Converse,

    /// <summary>The model maker's, here Anthropic's messages; the only one that may name tools in a batch.</summary>
    InvokeModel,
}
