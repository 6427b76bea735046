using Parsimony.Providers;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;

namespace Parsimony.Samples;

/// <summary>Simulated providers on this machine and a folder for the samples' stores: no key, no cost, a minute in 0.6 seconds.</summary>
public sealed class SampleWorld : IAsyncDisposable
{
    private readonly SandboxHost _host;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-samples-");

    private SampleWorld(SandboxHost host) => _host = host;

    /// <summary>Sandbox time, for everything that counts time.</summary>
    public TimeProvider Clock => _host.Clock;

    /// <summary>How to reach the simulated OpenAI.</summary>
    public ProviderConnection OpenAI => new() { ApiKey = "sandbox", Endpoint = _host.AddressOf("openai") };

    /// <summary>How to reach the simulated Anthropic.</summary>
    public ProviderConnection Anthropic => new() { ApiKey = "sandbox", Endpoint = _host.AddressOf("anthropic") };

    public static async Task<SampleWorld> StartAsync(TimeProvider? real = null, CancellationToken cancellationToken = default) =>
        new(await SandboxHost.StartAsync(
            new SandboxHostOptions
            {
                RealClock = real ?? TimeProvider.System,
                Speed = 100,
                Model = new SandboxOptions { BatchDurationMin = TimeSpan.FromMinutes(1), BatchDurationMax = TimeSpan.FromMinutes(2) },
            },
            cancellationToken));

    /// <summary>A path for a store.</summary>
    public string File(string name) => Path.Combine(_folder.FullName, name);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
