using Azure.Core;
using Azure.Identity;

namespace Parsimony.Providers.Azure;

/// <summary>Azure OpenAI with what only Azure's own libraries give: Entra credentials, and batches that lie in a storage account.</summary>
public static class AzureProviders
{
    /// <summary>
    /// Azure OpenAI by key where the connection has one, else by <c>DefaultAzureCredential</c>. With <see cref="CloudPlace.Storage"/> batches lie in that container, up to 1 GB each;
    /// the storage is always reached by the credential.
    /// </summary>
    public static ProviderKind AzureOpenAI { get; } = OpenAI(static () => new DefaultAzureCredential());

    /// <summary>The same with a credential of your own.</summary>
    public static ProviderKind OpenAI(TokenCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return OpenAI(() => credential);
    }

    private static ProviderKind OpenAI(Func<TokenCredential> credential)
    {
        // Made when first needed: finding out which credential a machine has takes time, and a key needs none.
        var made = new Lazy<TokenCredential>(credential);
        return AzureOpenAIProfile.Profile.Kind with
        {
            NeedsKey = false,
            Create = (connection, http, clock) => Create(connection, http, clock, made),
        };
    }

    private static OpenAIProvider Create(ProviderConnection connection, HttpClient http, TimeProvider clock, Lazy<TokenCredential> credential)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var authorized = connection.ApiKey.Length > 0 || connection.Authorizer is not null
            ? connection
            : connection with { Authorizer = new EntraAuthorizer(credential.Value, EntraAuthorizer.OpenAIScope, clock) };
        if (connection.Cloud?.Storage is not { } storage)
        {
            return new OpenAIProvider(authorized, http, clock, AzureOpenAIProfile.Profile);
        }

        var store = new ProviderHttp(http, ProviderId.AzureOpenAI, clock, new EntraAuthorizer(credential.Value, EntraAuthorizer.StorageScope, clock));
        var blobs = new AzureBlobs(store, storage, connection.Cloud.StorageEndpoint);
        var profile = AzureOpenAIProfile.Profile with
        {
            Batches = null,
            OwnBatches = parts => new AzureBlobBatchBackend(parts, AzureOpenAIProfile.Profile.Batches ?? throw new InvalidOperationException("Azure OpenAI has batches."), blobs, store),
        };
        return new OpenAIProvider(authorized, http, clock, profile);
    }
}
