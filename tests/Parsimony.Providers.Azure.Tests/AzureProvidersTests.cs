using Parsimony.Testing;

namespace Parsimony.Providers.Azure.Tests;

public sealed class AzureProvidersTests
{
    private static readonly ManualClock Clock = new();

    [Fact]
    public void Uses_a_key_where_there_is_one_and_asks_no_credential()
    {
        using var http = new HttpClient();
        var credential = new FixedCredential("t", Clock);

        var provider = AzureProviders.OpenAI(credential).Create(
            new ProviderConnection { ApiKey = "k", Endpoint = new Uri("https://resource.openai.azure.com") }, http, Clock);

        Assert.Empty(credential.Scopes);
        Assert.Equal(200_000_000, provider.Batches?.Limits.MaxBytes);
    }

    [Fact]
    public void Takes_a_gigabyte_where_batches_lie_in_a_storage_account()
    {
        using var http = new HttpClient();

        var provider = AzureProviders.OpenAI(new FixedCredential("t", Clock)).Create(
            new ProviderConnection
            {
                Endpoint = new Uri("https://resource.openai.azure.com"),
                Cloud = new CloudPlace { Storage = new Uri("https://acme.blob.core.windows.net/work") },
            },
            http,
            Clock);

        Assert.Equal(1_000_000_000, provider.Batches?.Limits.MaxBytes);
    }

    [Fact]
    public void Names_a_storage_that_is_no_container()
    {
        using var http = new HttpClient();

        Assert.Contains("container", Assert.Throws<ArgumentException>(() => AzureProviders.OpenAI(new FixedCredential("t", Clock)).Create(
            new ProviderConnection { Endpoint = new Uri("https://resource.openai.azure.com"), Cloud = new CloudPlace { Storage = new Uri("https://acme.blob.core.windows.net") } }, http, Clock)).Message, StringComparison.Ordinal);
    }
}
