namespace Parsimony.Chat;

/// <summary>What an exception of a plain call says about its bill.</summary>
internal static class Certainty
{
    /// <summary>False only where the call is known not to have been accepted; what cannot be told may have been billed.</summary>
    public static bool MayBeBilled(Exception exception) => exception switch
    {
        ProviderException { Failure: { Stage: FailureStage.Render } } => false,
        ProviderException { Failure: var failure } => !IsRefusal(failure.Status),
        HttpRequestException http => !NeverConnected(http.HttpRequestError) && !IsRefusal((int?)http.StatusCode),
        ArgumentException or NotSupportedException or ObjectDisposedException or NotStorableException => false,
        _ => true,
    };

    private static bool NeverConnected(HttpRequestError error) => error
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    // Of a server error nobody knows what was done before it; 408 and 409 may come after the work, too.
    private static bool IsRefusal(int? status) => status is (>= 300 and < 500 and not 408 and not 409) or 503 or 529;
}
