using Azure.Core;

namespace Parsimony.Providers.Azure.Tests;

/// <summary>Gives the same token for an hour, and counts how often it was asked.</summary>
internal sealed class FixedCredential(string token, TimeProvider clock) : TokenCredential
{
    public List<string> Scopes { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Scopes.AddRange(requestContext.Scopes);
        return new AccessToken(token, clock.GetUtcNow().AddHours(1));
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));
}
