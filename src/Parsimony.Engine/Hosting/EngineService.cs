using Microsoft.Extensions.Hosting;

namespace Parsimony.Engine;

/// <summary>Runs the engine inside an application's host.</summary>
public sealed class EngineService(EngineLoop loop) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loop.RunAsync(stoppingToken);
}
