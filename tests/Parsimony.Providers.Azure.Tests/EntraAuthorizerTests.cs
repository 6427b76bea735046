using Parsimony.Testing;

namespace Parsimony.Providers.Azure.Tests;

public sealed class EntraAuthorizerTests
{
    private readonly ManualClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asks_for_a_token_once_and_again_shortly_before_it_ends()
    {
        var credential = new FixedCredential("t", _clock);
        using var authorizer = new EntraAuthorizer(credential, EntraAuthorizer.OpenAIScope, _clock);

        await StampAsync(authorizer);
        _clock.Advance(TimeSpan.FromMinutes(54));
        await StampAsync(authorizer);
        Assert.Single(credential.Scopes);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await StampAsync(authorizer);

        Assert.Equal([EntraAuthorizer.OpenAIScope, EntraAuthorizer.OpenAIScope], credential.Scopes);
    }

    [Theory]
    [InlineData("https://resource.openai.azure.com/openai/v1/models")]
    [InlineData("http://127.0.0.1:8090/azureopenai/openai/v1/models")]
    public async Task Sends_the_token_encrypted_or_to_this_machine(string address)
    {
        using var authorizer = new EntraAuthorizer(new FixedCredential("t", _clock), EntraAuthorizer.OpenAIScope, _clock);

        Assert.Equal("Bearer t", await StampAsync(authorizer, address));
    }

    [Fact]
    public async Task Sends_no_token_over_plain_http()
    {
        using var authorizer = new EntraAuthorizer(new FixedCredential("t", _clock), EntraAuthorizer.OpenAIScope, _clock);

        await Assert.ThrowsAsync<InvalidOperationException>(() => StampAsync(authorizer, "http://resource.example/openai/v1/models"));
    }

    private static async Task<string?> StampAsync(EntraAuthorizer authorizer, string address = "https://resource.openai.azure.com/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        await authorizer.AuthorizeAsync(request, Token);
        return request.Headers.Authorization?.ToString();
    }
}
