namespace Parsimony.Cli.Tests;

/// <summary>Azure OpenAI as its users configure it: no key, a token of the machine's identity, over TLS.</summary>
public sealed class EntraTests(SecureSandboxProcess sandbox) : CommandTests(sandbox), IClassFixture<SecureSandboxProcess>
{
    private string Configuration => Write(
        "azure.yaml", "llm:", "  - provider: azureOpenAI", $"    configuration: {{ endpoint: '{sandbox.SecureAddress}/azureopenai', batchingEnabled: false }}");

    [Fact]
    public async Task Needs_an_address_alone_and_answers_by_a_token_of_the_machines_identity()
    {
        await using var identity = new MachineIdentity();

        var run = await AzureAsync(new()
        {
            ["AZURE_TOKEN_CREDENTIALS"] = "ManagedIdentityCredential",
            ["IDENTITY_ENDPOINT"] = identity.Address,
            ["IDENTITY_HEADER"] = "this-machine",
        });

        run.Exits(0);
        Assert.Equal(2, Results().Count);
        Assert.Equal(2, (await BillAsync()).Count);
        Assert.Contains("resource=https://cognitiveservices.azure.com", Uri.UnescapeDataString(Assert.Single(identity.Asked)), StringComparison.Ordinal);
        Assert.DoesNotContain(MachineIdentity.Token, run.Errors + run.Output, StringComparison.Ordinal);
        await AssertLedgerIsTheBillAsync();
    }

    [Fact]
    public async Task Where_no_identity_can_be_had_nothing_is_sent_and_it_says_what_to_do()
    {
        var run = await AzureAsync(new() { ["AZURE_TOKEN_CREDENTIALS"] = "EnvironmentCredential" });

        run.Exits(7);
        Assert.Contains("azureOpenAI was not called, for no credential can be had for it here", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Sign in to its cloud, or give a key, and run the same command again", run.Errors, StringComparison.Ordinal);
        Assert.Empty(await BillAsync());
    }

    /// <summary>Two rows, at the address and by the identity that a configuration and an environment say: without a sandbox's key or time.</summary>
    private Task<ProcessResult> AzureAsync(Dictionary<string, string> environment) => ProgramAsync(
        new Dictionary<string, string>(environment) { ["SSL_CERT_FILE"] = sandbox.Certificate },
        "run", WriteRows(2), "--model", "azureOpenAI/gpt-5-mini", "--prompt", "Say what this is about: {{text}}", "--max-output-tokens", "64", "--config", Configuration, "--store", Store, "--out", Out);
}
