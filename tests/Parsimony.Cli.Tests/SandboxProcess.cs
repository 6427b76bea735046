using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Parsimony.Cli.Tests;

/// <summary>One <c>parsimony sandbox</c> for a class of tests: its address, its bill, its faults.</summary>
public class SandboxProcess : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private Process? _process;

    /// <summary>Sandbox seconds a second.</summary>
    protected virtual double Speed => 600;

    /// <summary>What it is started with besides.</summary>
    protected virtual string[] Arguments => [];

    public string Address { get; private set; } = "";

    /// <summary>Its https address; empty where it has none.</summary>
    public string SecureAddress { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        string[] arguments = ["sandbox", "--speed", Speed.ToString(CultureInfo.InvariantCulture), "--idle-minutes", "5", .. Arguments];
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "parsimony.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("The sandbox does not start.");
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sandbox ended at once.");
        using var announced = JsonDocument.Parse(line);
        Address = announced.RootElement.GetProperty("address").GetString() ?? "";
        SecureAddress = announced.RootElement.TryGetProperty("tls", out var secure) ? secure.GetProperty("address").GetString() ?? "" : "";
    }

    public virtual ValueTask DisposeAsync()
    {
        _process?.Kill();
        _process?.Dispose();
        _http.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The lines of the bill after a number: amounts in USD.</summary>
    internal async Task<IReadOnlyList<(long Number, string Request, decimal Usd)>> BillAsync(long after, CancellationToken cancellationToken)
    {
        using var bill = JsonDocument.Parse(await _http.GetByteArrayAsync(new Uri($"{Address}/sandbox/bill?after={after}"), cancellationToken));
        return [.. bill.RootElement.GetProperty("lines").EnumerateArray().Select(line => (
            line.GetProperty("number").GetInt64(), line.GetProperty("request").GetString() ?? "", line.GetProperty("amount").GetInt64() / 1_000_000_000_000m))];
    }

    /// <summary>Sets what goes wrong; no rules: nothing.</summary>
    internal async Task SetFaultsAsync(CancellationToken cancellationToken, params string[] rules)
    {
        using var content = new StringContent($$"""{"rules":[{{string.Join(',', rules)}}]}""", Encoding.UTF8, "application/json");
        using var reply = await _http.PostAsync(new Uri($"{Address}/sandbox/faults"), content, cancellationToken);
        reply.EnsureSuccessStatusCode();
    }

    /// <summary>Nobody is told how far a batch of OpenAI's is until the faults are set anew: what runs goes on running, however long a test takes.</summary>
    internal Task HoldBatchesAsync(CancellationToken cancellationToken) =>
        SetFaultsAsync(cancellationToken, """{"fault":"server_error","provider":"openai","operation":"batch.get","times":null,"value":503}""");

    /// <summary>Waits until OpenAI has more batches than it had.</summary>
    internal async Task WaitForBatchesAsync(int more, CancellationToken cancellationToken)
    {
        while (await CountBatchesAsync(cancellationToken) < more)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    internal async Task<int> CountBatchesAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Address}/openai/v1/batches?limit=100");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "test");
        using var reply = await _http.SendAsync(request, cancellationToken);
        using var list = JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync(cancellationToken));
        return list.RootElement.GetProperty("data").GetArrayLength();
    }
}

/// <summary>A sandbox whose day is a quarter of an hour: no deadline comes near while a test holds something up.</summary>
public sealed class SlowSandboxProcess : SandboxProcess
{
    protected override double Speed => 100;
}

/// <summary>A sandbox whose time begins with a month, and ends it in more than an hour: what is spent in a month is spent in this one.</summary>
public sealed class MonthSandboxProcess : SandboxProcess
{
    protected override string[] Arguments => ["--start", "2026-11-01"];
}

/// <summary>A sandbox that listens for https, too.</summary>
public sealed class SecureSandboxProcess : SandboxProcess
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-tls-");

    /// <summary>The file with its certificate, for <c>SSL_CERT_FILE</c>.</summary>
    public string Certificate => Path.Combine(_folder.FullName, "sandbox.pem");

    protected override string[] Arguments => ["--certificate", Certificate];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
