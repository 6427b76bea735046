namespace Parsimony.Providers.Aws;

/// <summary>The providers of AWS, for whoever builds providers from configuration.</summary>
public static class AwsProviders
{
    /// <summary>Bedrock: live calls, and batch inference where the connection names storage and a role.</summary>
    public static ProviderKind Bedrock { get; } =
        new(ProviderId.Bedrock, BedrockBatchBackend.ProviderLimits, static (connection, http, clock) => new BedrockProvider(connection, http, clock))
        {
            // Without a key the default AWS chain is asked.
            NeedsKey = false,
            FindLocation = AwsRegion.FromMachine,
        };
}
