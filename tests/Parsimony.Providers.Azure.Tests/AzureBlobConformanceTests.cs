using Parsimony.Providers.Tests;

namespace Parsimony.Providers.Azure.Tests;

/// <summary>Azure OpenAI by Entra tokens, its batches in a storage account.</summary>
public sealed class AzureBlobConformanceTests : ProviderConformance
{
    protected override ProviderSubject Subject { get; } = new(
        AzureProviders.AzureOpenAI with { Create = (connection, http, clock) => Create(connection, http, clock) }, "gpt-5-mini")
    {
        Cloud = new CloudPlace { Storage = new Uri("https://acme.blob.core.windows.net/acme/batches"), StorageEndpoint = new Uri("https://azblob.sandbox") },
    };

    // The scene's key stands for the token: tokens are not sent over plain http, and inside one process https is only a word.
    private static IProvider Create(ProviderConnection connection, HttpClient http, TimeProvider clock) =>
        AzureProviders.OpenAI(new FixedCredential(connection.ApiKey, clock))
            .Create(connection with { ApiKey = "", Endpoint = connection.Endpoint is { Scheme: "https" } secure ? secure : new Uri("https://azureopenai.sandbox") }, http, clock);
}
