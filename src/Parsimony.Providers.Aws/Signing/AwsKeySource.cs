using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace Parsimony.Providers.Aws;

/// <summary>Where the keys of a request come from: fixed ones, or the default AWS chain, asked again for every request so that expiring keys are renewed. Thread safe.</summary>
/// <remarks>
/// The chain is that of AWSSDK.Core 4: environment, web identity, profile (static, SSO, AssumeRole, process), container, instance role. It keeps what
/// it found and renews it before it expires. SSO and AssumeRole profiles need the packages AWSSDK.SSO, AWSSDK.SSOOIDC and AWSSDK.SecurityToken in the application.
/// </remarks>
internal sealed class AwsKeySource
{
    /// <summary>The code of the failure when the chain finds nothing.</summary>
    public const string Missing = "no-aws-credentials.set-AWS_ACCESS_KEY_ID-or-AWS_PROFILE";

    private readonly Func<CancellationToken, ValueTask<AwsKeys>> _get;

    private AwsKeySource(Func<CancellationToken, ValueTask<AwsKeys>> get) => _get = get;

    /// <summary>Always these.</summary>
    public static AwsKeySource Fixed(AwsKeys keys) => new(_ => ValueTask.FromResult(keys));

    /// <summary>The default chain of the AWS SDK, or another one for tests.</summary>
    public static AwsKeySource Chain(Func<Task<AWSCredentials>>? resolve = null) =>
        new(cancellationToken => ResolveAsync(resolve ?? (() => DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(null)), cancellationToken));

    /// <summary>The keys, now.</summary>
    /// <exception cref="ProviderException">There are none; its inner exception says what to set.</exception>
    public ValueTask<AwsKeys> GetAsync(CancellationToken cancellationToken) => _get(cancellationToken);

    private static async ValueTask<AwsKeys> ResolveAsync(Func<Task<AWSCredentials>> resolve, CancellationToken cancellationToken)
    {
        try
        {
            var chain = await resolve().WaitAsync(cancellationToken).ConfigureAwait(false);
            var keys = await chain.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            return new AwsKeys(keys.AccessKey, keys.SecretKey, string.IsNullOrEmpty(keys.Token) ? null : keys.Token);
        }
        catch (Exception e) when (e is AmazonClientException or InvalidOperationException or ArgumentException or HttpRequestException or IOException)
        {
            throw new ProviderException(ProviderId.Bedrock, new ProviderFailure(FailureStage.Send, FailureCause.Credential, ProviderCode: Missing), new InvalidOperationException(
                "No AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (for SSO, run `aws sso login` first), "
                + "or give the provider an API key of the form ACCESS_KEY:SECRET.", e));
        }
    }
}
