using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parsimony;
using Parsimony.Engine;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the engine into an application.</summary>
public static class ParsimonyServiceCollectionExtensions
{
    /// <summary>
    /// Adds the engine: <see cref="EngineClient"/> and <see cref="EngineRuntime"/> as singletons, and a hosted service that runs the stages whenever this
    /// process holds the engine lock. Say which store with <c>UseSqlite</c>, and which providers with <c>services.AddAnthropic</c>, <c>AddOpenAI</c> or <c>AddProvider</c>.
    /// </summary>
    /// <remarks>
    /// A registered <see cref="TimeProvider"/>, <see cref="PriceList"/> and <see cref="ILoggerFactory"/> are used. The store is closed with the container, which must be
    /// disposed asynchronously; a host does.
    /// </remarks>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the settings. They are checked when the application starts, all faults at once (<see cref="OptionsValidationException"/>).</param>
    public static ParsimonyBuilder AddParsimony(this IServiceCollection services, Action<EngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<EngineOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EngineOptions>, EngineOptionsValidator>());
        services.TryAddSingleton(Runtime);
        services.TryAddSingleton(provider => provider.GetRequiredService<EngineRuntime>().Client);
        services.TryAddSingleton(provider => provider.GetRequiredService<EngineRuntime>().Loop);
        services.AddHostedService<EngineService>();
        return new ParsimonyBuilder(services);
    }

    /// <summary>
    /// Adds the engine as a configuration says: its settings, batching and caching by provider and workload, constraints and priorities, and the prices of its <c>prices</c> file. The
    /// engine's own live calls are cached where <c>cachingEnabled</c> is <c>true</c>. Providers are added as without one.
    /// </summary>
    /// <param name="services">The application's services. A registered <see cref="PriceList"/> goes before the configuration's file.</param>
    /// <param name="configuration">The configuration, for example of <see cref="ConfigurationFile.Load"/>.</param>
    /// <param name="configure">Changes the settings after the configuration did.</param>
    /// <remarks>The price file is read when the engine is made, at the application's start at the latest: <see cref="ConfigurationException"/>.</remarks>
    public static ParsimonyBuilder AddParsimony(this IServiceCollection services, ParsimonyConfiguration configuration, Action<EngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(new ConfigurationTerms(configuration));
        services.TryAddSingleton(_ => configuration.OpenPrices());
        return services.AddParsimony(options =>
        {
            configuration.ApplyTo(options);
            configure?.Invoke(options);
        });
    }

    private static EngineRuntime Runtime(IServiceProvider services) => new(services.GetService<ConfigurationTerms>() is { } terms ? terms.ApplyTo(Setup(services)) : Setup(services));

    private static EngineSetup Setup(IServiceProvider services) => new()
    {
        Options = services.GetRequiredService<IOptions<EngineOptions>>().Value,
        Store = services.GetService<IEngineStore>()
            ?? throw new InvalidOperationException("Parsimony has no store. Add one: services.AddParsimony().UseSqlite(\"parsimony.db\")."),
        Providers = services.GetService<IProviderRegistry>()
            ?? throw new InvalidOperationException("Parsimony has no provider. Add one: services.AddAnthropic(\"key\"), services.AddOpenAI(\"key\") or services.AddProvider(...)."),
        Prices = services.GetService<PriceList>() ?? PriceList.Default,
        Clock = services.GetService<TimeProvider>() ?? TimeProvider.System,
        Logger = services.GetService<ILoggerFactory>()?.CreateLogger("Parsimony") ?? NullLogger.Instance,
    };
}
