using Microsoft.Extensions.Hosting;

namespace Parsimony.Engine;

/// <summary>Runs the engine inside an application's host.</summary>
public sealed class EngineService(EngineRuntime engine) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => engine.RunAsync(stoppingToken);
}
