using System.Net.Http.Headers;

namespace Parsimony.Providers.Google;

/// <summary>Sends an access token that was given as the connection's key.</summary>
internal sealed class BearerAuthorizer(string token) : IRequestAuthorizer
{
    public ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return ValueTask.CompletedTask;
    }
}
