using System.Net.Http.Headers;
using Azure.Core;

namespace Parsimony.Providers.Azure;

/// <summary>Puts a Microsoft Entra token on each request, and gets a new one shortly before the old one ends. Thread safe.</summary>
public sealed class EntraAuthorizer : IRequestAuthorizer, IDisposable
{
    /// <summary>The scope of Azure OpenAI (https://learn.microsoft.com/azure/foundry/openai, read 2026-11-20).</summary>
    public const string OpenAIScope = "https://cognitiveservices.azure.com/.default";

    /// <summary>The scope of Azure Storage (https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory, read 2026-11-21).</summary>
    public const string StorageScope = "https://storage.azure.com/.default";

    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    private readonly TokenCredential _credential;
    private readonly TokenRequestContext _context;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private AccessToken? _token;

    /// <summary>An authorizer for one scope.</summary>
    /// <param name="credential">Where tokens come from, for example <c>DefaultAzureCredential</c>.</param>
    /// <param name="scope">What they are for: <see cref="OpenAIScope"/> or <see cref="StorageScope"/>.</param>
    /// <param name="clock">Tells when a token ends.</param>
    public EntraAuthorizer(TokenCredential credential, string scope, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentException.ThrowIfNullOrWhiteSpace(scope);
        ArgumentNullException.ThrowIfNull(clock);
        _credential = credential;
        _context = new TokenRequestContext([scope]);
        _clock = clock;
    }

    /// <summary>Adds the token. It is never sent unencrypted but to this machine.</summary>
    /// <exception cref="InvalidOperationException">The address is plain http and not this machine.</exception>
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.RequestUri is not { } address || (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback))
        {
            throw new InvalidOperationException("A token is not sent unencrypted; use an https address.");
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_token is not { } held || held.ExpiresOn - Early <= _clock.GetUtcNow())
            {
                _token = held = await _credential.GetTokenAsync(_context, cancellationToken).ConfigureAwait(false);
            }

            return held.Token;
        }
        finally
        {
            _gate.Release();
        }
    }
}
