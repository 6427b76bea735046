using Parsimony.Providers.Tests;

namespace Parsimony.Providers.Azure.Tests;

/// <summary>The cases of Azure OpenAI again, by an Entra token in the place of a key.</summary>
public sealed class AzureEntraPageTests : PageConformance
{
    protected override ProviderKind Kind => AzureEntra.Kind;

    protected override ProviderConnection Connection { get; } = new() { Endpoint = AzureEntra.Endpoint };
}

/// <summary>Batches whose input and output lie in a storage account.</summary>
public sealed class AzureBlobPageTests : PageConformance
{
    protected override ProviderKind Kind => AzureEntra.Kind;

    protected override ProviderConnection Connection { get; } = new()
    {
        Endpoint = AzureEntra.Endpoint,
        Cloud = new CloudPlace { Storage = new Uri("https://invacct.blob.core.windows.net/jobs/here") },
    };

    protected override string Cases => "from-the-page-in-blobs";

    protected override IReadOnlyList<string> Kinds => ["batch", "results", "phases", "orphans"];
}

internal static class AzureEntra
{
    public static Uri Endpoint { get; } = new("https://contoso-inv.openai.azure.com");

    public static ProviderKind Kind { get; } = AzureProviders.AzureOpenAI with
    {
        Create = (connection, http, clock) => AzureProviders.OpenAI(new FixedCredential("token-inv", clock)).Create(connection, http, clock),
    };
}
