namespace Parsimony.Providers.Aws;

/// <summary>An access key with its secret and, when it is a temporary one, its session token. Kept in memory only.</summary>
internal sealed record AwsKeys(string AccessKey, string Secret, string? SessionToken = null)
{
    /// <summary>Reads <c>ACCESS_KEY:SECRET</c> or <c>ACCESS_KEY:SECRET:SESSION_TOKEN</c>; none of the three can hold a colon.</summary>
    /// <exception cref="ArgumentException">It has another form; the message says what to set and never what was given.</exception>
    public static AwsKeys Parse(string text) => text.Split(':') switch
    {
        [var access, var secret] when IsWord(access) && IsWord(secret) => new AwsKeys(access, secret),
        [var access, var secret, var token] when IsWord(access) && IsWord(secret) && IsWord(token) => new AwsKeys(access, secret, token),
        _ => throw new ArgumentException(
            "The key of Bedrock must be ACCESS_KEY:SECRET or ACCESS_KEY:SECRET:SESSION_TOKEN. Leave it empty to use the default AWS chain (environment, profile, SSO, container or instance role).",
            nameof(text)),
    };

    /// <summary>The access key alone.</summary>
    public override string ToString() => AccessKey;

    private static bool IsWord(string part) => part.Length > 0 && part.All(c => c is > ' ' and <= '~');
}
