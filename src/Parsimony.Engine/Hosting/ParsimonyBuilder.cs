using Microsoft.Extensions.DependencyInjection;

namespace Parsimony.Engine;

/// <summary>What <c>AddParsimony</c> gives back, for the calls that say which store it works on.</summary>
public sealed class ParsimonyBuilder
{
    internal ParsimonyBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services; providers are added to them by <c>AddAnthropic</c>, <c>AddOpenAI</c> and <c>AddProvider</c>.</summary>
    public IServiceCollection Services { get; }
}
