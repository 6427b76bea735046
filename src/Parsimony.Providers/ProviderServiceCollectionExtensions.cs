using Microsoft.Extensions.DependencyInjection.Extensions;
using Parsimony;
using Parsimony.Providers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the providers an application calls. The first one added of an id is its default credential.</summary>
public static class ProviderServiceCollectionExtensions
{
    /// <summary>Adds Anthropic with a key.</summary>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static IServiceCollection AddAnthropic(this IServiceCollection services, string apiKey) =>
        services.AddProvider(ProviderId.Anthropic, new ProviderConnection { ApiKey = apiKey });

    /// <summary>Adds Anthropic with a connection: key, address, credential name, account limits.</summary>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static IServiceCollection AddAnthropic(this IServiceCollection services, ProviderConnection connection) =>
        services.AddProvider(ProviderId.Anthropic, connection);

    /// <summary>Adds OpenAI with a key.</summary>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static IServiceCollection AddOpenAI(this IServiceCollection services, string apiKey) =>
        services.AddProvider(ProviderId.OpenAI, new ProviderConnection { ApiKey = apiKey });

    /// <summary>Adds OpenAI with a connection: key, address, credential name, account limits.</summary>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static IServiceCollection AddOpenAI(this IServiceCollection services, ProviderConnection connection) =>
        services.AddProvider(ProviderId.OpenAI, connection);

    /// <summary>Adds a provider this version can talk to; see <see cref="ProviderFactory.Supported"/>.</summary>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    /// <exception cref="NotSupportedException">This version does not talk to it; the message names those it does.</exception>
    public static IServiceCollection AddProvider(this IServiceCollection services, ProviderId id, ProviderConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return services.AddProvider(
            ProviderFactory.Find(id) ?? throw new NotSupportedException($"{id} is not supported by this library. Supported: {string.Join(", ", ProviderFactory.Supported)}."), connection);
    }

    /// <summary>Adds a provider of a cloud's own library.</summary>
    /// <exception cref="ArgumentException">The provider needs a key and there is neither one nor an authorizer.</exception>
    public static IServiceCollection AddProvider(this IServiceCollection services, ProviderKind kind, ProviderConnection connection)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(connection);
        if (kind.NeedsKey && connection.Authorizer is null && string.IsNullOrWhiteSpace(connection.ApiKey))
        {
            throw new ArgumentException($"The key of {kind.Id} is empty. Set ApiKey, for example from an environment variable.", nameof(connection));
        }

        services.TryAddSingleton<ProviderHttpClient>();
        return services.AddProvider(provider => kind.Create(
            connection, provider.GetRequiredService<ProviderHttpClient>().Client, provider.GetService<TimeProvider>() ?? TimeProvider.System));
    }

    /// <summary>Adds a provider of your own.</summary>
    public static IServiceCollection AddProvider(this IServiceCollection services, IProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return services.AddProvider(_ => provider);
    }

    /// <summary>Adds a provider of your own, made from the application's services.</summary>
    public static IServiceCollection AddProvider(this IServiceCollection services, Func<IServiceProvider, IProvider> create)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(create);
        services.AddSingleton(create);
        services.TryAddSingleton<IProviderRegistry>(provider => new ProviderRegistry(provider.GetServices<IProvider>()));
        return services;
    }

    /// <summary>The one HTTP client of an application's providers, closed with the container.</summary>
    private sealed class ProviderHttpClient : IDisposable
    {
        public HttpClient Client { get; } = ProviderFactory.CreateHttpClient();

        public void Dispose() => Client.Dispose();
    }
}
