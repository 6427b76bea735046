using Amazon.Runtime;

namespace Parsimony.Providers.Aws;

/// <summary>Which region is spoken to.</summary>
internal static class AwsRegion
{
    /// <summary>The domain of a region's hosts (https://docs.aws.amazon.com/general/latest/gr/rande.html, read 2026-11-21).</summary>
    public static string Suffix(string region) => region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";

    /// <summary>The configured region, else that of <c>AWS_REGION</c> or the profile.</summary>
    /// <exception cref="ArgumentException">Neither names one, or what is named is none.</exception>
    public static string Of(string? configured)
    {
        var region = string.IsNullOrWhiteSpace(configured) ? FromMachine() : configured.Trim().ToLowerInvariant();
        return region is { Length: > 0 and <= 32 } && region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? region
            : throw new ArgumentException("Bedrock needs a region, for example us-east-1: set the location of the connection, AWS_REGION, or the region of the profile.", nameof(configured));
    }

    /// <summary>The region of <c>AWS_REGION</c> or the profile; null when neither names one.</summary>
    public static string? FromMachine()
    {
        try
        {
            return FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false)?.SystemName;
        }
        catch (AmazonClientException)
        {
            return null;
        }
    }
}
