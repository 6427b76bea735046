using System.Net.Http.Headers;
using Google.Apis.Auth.OAuth2;

namespace Parsimony.Providers.Google;

/// <summary>Puts a Google access token on each request. Thread safe; the token is renewed before it ends.</summary>
/// <remarks>
/// Application default credentials are looked for where Google's libraries look: the file named by GOOGLE_APPLICATION_CREDENTIALS (a service account
/// or a workload identity federation), the file gcloud leaves, the metadata server (https://cloud.google.com/docs/authentication/application-default-credentials,
/// read 2026-11-21).
/// </remarks>
public sealed class GoogleAuthorizer : IRequestAuthorizer
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    // A machine without credentials is asked once, not once a call: looking for a metadata server takes seconds.
    private static readonly TimeSpan FailureLife = TimeSpan.FromSeconds(30);

    private readonly Func<CancellationToken, Task<ITokenAccess>> _load;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private Task<ITokenAccess>? _loaded;
    private DateTimeOffset _loadedAt;

    /// <summary>With the application default credentials, looked for at the first request.</summary>
    /// <param name="clock">Measures for how long a failure counts; null for the system's.</param>
    public GoogleAuthorizer(TimeProvider? clock = null)
        : this(static async token => Scoped(await GoogleCredential.GetApplicationDefaultAsync(token).ConfigureAwait(false)), clock ?? TimeProvider.System)
    {
    }

    /// <summary>With a credential of your own; it is scoped to the cloud platform where it can be.</summary>
    public GoogleAuthorizer(GoogleCredential credential)
        : this(_ => Task.FromResult<ITokenAccess>(Scoped(credential)), TimeProvider.System)
    {
        ArgumentNullException.ThrowIfNull(credential);
    }

    private GoogleAuthorizer(Func<CancellationToken, Task<ITokenAccess>> load, TimeProvider clock)
    {
        _load = load;
        _clock = clock;
    }

    /// <summary>An authorizer over anything that gives tokens.</summary>
    internal static GoogleAuthorizer Over(Func<CancellationToken, Task<ITokenAccess>> load, TimeProvider clock) => new(load, clock);

    /// <inheritdoc/>
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ITokenAccess credential;
        try
        {
            credential = await Loaded().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new ProviderException(
                ProviderId.VertexAI, new ProviderFailure(FailureStage.Send, FailureCause.Credential, ProviderCode: "application-default-credentials"), e);
        }

        var token = await credential.GetAccessTokenForRequestAsync(null, cancellationToken).ConfigureAwait(false);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The credential, looked for once, and again when a failure is old enough; who waits may give up without stopping the others.</summary>
    private Task<ITokenAccess> Loaded()
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            if (_loaded is null || ((_loaded.IsFaulted || _loaded.IsCanceled) && now - _loadedAt >= FailureLife))
            {
                (_loaded, _loadedAt) = (LoadAsync(), now);
            }

            return _loaded;
        }
    }

    private async Task<ITokenAccess> LoadAsync() => await _load(CancellationToken.None).ConfigureAwait(false);

    private static GoogleCredential Scoped(GoogleCredential credential) => credential.IsCreateScopedRequired ? credential.CreateScoped(Scope) : credential;
}
