namespace Parsimony.Providers;

/// <summary>Puts what proves the caller's identity on a request, just before it is sent: a token that is renewed, or a signature. Thread safe.</summary>
public interface IRequestAuthorizer
{
    /// <summary>Adds it to the request. Whatever it throws but a cancellation is told as a credential that does not work; nothing is sent then.</summary>
    /// <param name="request">The request as it will go out; its body must stay readable.</param>
    /// <param name="cancellationToken">The call's limit.</param>
    ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken = default);
}
