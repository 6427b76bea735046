using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Parsimony.Cli.Tests;

public sealed class SandboxCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-sandbox-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Prints_one_json_line_with_the_addresses_and_answers_there()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var sandbox = CommandLine.StartForLines("sandbox", "--speed", "50", "--idle-minutes", "1");

        using var line = await sandbox.ReadJsonLineAsync(cancellationToken);

        var address = line.RootElement.GetProperty("address").GetString();
        Assert.Equal($"{address}/openai/v1", line.RootElement.GetProperty("openai").GetString());
        Assert.Equal($"{address}/anthropic", line.RootElement.GetProperty("anthropic").GetString());
        Assert.Equal(sandbox.ProcessId, line.RootElement.GetProperty("pid").GetInt32());
        using var http = new HttpClient();
        using var clock = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{address}/sandbox/clock"), cancellationToken));
        Assert.Equal(50, clock.RootElement.GetProperty("speed").GetDouble());
    }

    [Fact]
    public async Task Starts_at_the_time_it_is_told()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var sandbox = CommandLine.StartForLines("sandbox", "--start", "2030-02-03T04:00Z", "--idle-minutes", "1");

        using var line = await sandbox.ReadJsonLineAsync(cancellationToken);

        using var http = new HttpClient();
        using var clock = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{line.RootElement.GetProperty("address").GetString()}/sandbox/clock"), cancellationToken));
        Assert.Equal(new DateOnly(2030, 2, 3), DateOnly.FromDateTime(clock.RootElement.GetProperty("now").GetDateTimeOffset().UtcDateTime));
        Assert.Contains("--start soon", (await CommandLine.RunAsync(cancellationToken, "sandbox", "--start", "soon")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listens_for_https_with_the_certificate_it_wrote()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var file = Path.Combine(_folder.FullName, "sandbox.pem");
        using var sandbox = CommandLine.StartForLines("sandbox", "--certificate", file, "--idle-minutes", "1");

        using var line = await sandbox.ReadJsonLineAsync(cancellationToken);

        var tls = line.RootElement.GetProperty("tls");
        Assert.Equal(file, tls.GetProperty("certificate").GetString());
        Assert.Equal($"{tls.GetProperty("address").GetString()}/openai/v1", tls.GetProperty("openai").GetString());
        using var certificate = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(file, cancellationToken));
        using var chain = new X509Chain { ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { certificate } } };
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = chain.ChainPolicy } });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{tls.GetProperty("address").GetString()}/sandbox/clock") { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var reply = await http.SendAsync(request, cancellationToken);
        Assert.True(reply.IsSuccessStatusCode);
        var (exitCode, _, errors) = await CommandLine.RunAsync(cancellationToken, "nodes", "--store", Path.Combine(_folder.FullName, "a.db"), "--sandbox", tls.GetProperty("address").GetString() ?? "");
        Assert.Equal(2, exitCode);
        Assert.Contains("certificate", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_port_that_is_none()
    {
        var (exitCode, output, errors) = await CommandLine.RunAsync(TestContext.Current.CancellationToken, "sandbox", "--tls-port", "70000");

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("--tls-port 70000", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_the_faults_of_its_file()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var file = Write("""{"rules":[{"fault":"server_error","provider":"openai","value":503}]}""");
        using var sandbox = CommandLine.StartForLines("sandbox", "--faults", file, "--idle-minutes", "1");

        using var line = await sandbox.ReadJsonLineAsync(cancellationToken);

        using var http = WithKey();
        using var reply = await http.GetAsync(new Uri($"{line.RootElement.GetProperty("openai").GetString()}/models"), cancellationToken);
        Assert.Equal(503, (int)reply.StatusCode);
    }

    [Fact]
    public async Task Keeps_its_journalled_faults_when_it_is_started_again_from_its_state()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var file = Write("""{"rules":[{"fault":"server_error","provider":"openai","value":503}]}""");
        string[] arguments = ["sandbox", "--faults", file, "--state", Path.Combine(_folder.FullName, "state"), "--idle-minutes", "1"];
        using var http = WithKey();
        using (var first = CommandLine.StartForLines(arguments))
        {
            using var line = await first.ReadJsonLineAsync(cancellationToken);
            using var struck = await http.GetAsync(new Uri($"{line.RootElement.GetProperty("openai").GetString()}/models"), cancellationToken);
            await first.KillAsync(cancellationToken);
        }

        using var second = CommandLine.StartForLines(arguments);
        using var again = await second.ReadJsonLineAsync(cancellationToken);
        using var faults = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{again.RootElement.GetProperty("address").GetString()}/sandbox/faults"), cancellationToken));

        Assert.Equal(1, faults.RootElement.GetProperty("rules")[0].GetProperty("fired").GetInt32());
    }

    [Fact]
    public async Task Refuses_a_state_file_another_sandbox_has()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        string[] arguments = ["sandbox", "--state", Path.Combine(_folder.FullName, "state"), "--idle-minutes", "1"];
        using var first = CommandLine.StartForLines(arguments);
        using var line = await first.ReadJsonLineAsync(cancellationToken);

        var (exitCode, output, errors) = await CommandLine.RunAsync(cancellationToken, arguments);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("another sandbox has it", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_faults_file_that_names_no_fault()
    {
        var file = Write("""{"rules":[{"fault":"earthquake"}]}""");

        var (exitCode, output, errors) = await CommandLine.RunAsync(TestContext.Current.CancellationToken, "sandbox", "--faults", file);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("earthquake", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_speed_no_machine_follows_and_names_the_largest()
    {
        var (exitCode, output, errors) = await CommandLine.RunAsync(TestContext.Current.CancellationToken, "sandbox", "--speed", "100000000");

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("the largest usable one is", errors, StringComparison.Ordinal);
    }

    private static HttpClient WithKey() => new() { DefaultRequestHeaders = { { "Authorization", "Bearer any" } } };

    private string Write(string script)
    {
        var file = Path.Combine(_folder.FullName, "faults.json");
        File.WriteAllText(file, script);
        return file;
    }
}
