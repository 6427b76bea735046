using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parsimony;
using Parsimony.Chat;
using Parsimony.Engine;

namespace Microsoft.Extensions.AI;

/// <summary>Puts prompt caching around a chat client.</summary>
public static class PromptCachingChatClientExtensions
{
    /// <summary>
    /// Asks the provider's prompt cache, call by call, for what pays, with what the engine's other calls have learnt. Belongs directly around the provider's client:
    /// <c>client.UsePromptCaching(engine).UseBudgets(engine).UseBatching(engine)</c>.
    /// </summary>
    /// <param name="client">The client that makes the plain calls.</param>
    /// <param name="engine">The engine, whose planners are used.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <param name="logger">Gets each decision and hit at Debug, and a low hit rate as a warning.</param>
    /// <exception cref="ArgumentException">The settings cannot be used, or this is the wrong place in the chain; the message lists every fault.</exception>
    public static IChatClient UsePromptCaching(this IChatClient client, EngineClient engine, Action<PromptCachingOptions>? configure = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return Wrap(client, engine.Caches, engine.ExplicitCaches, new PromptCachingOptions { WarningThreshold = engine.CacheWarningThreshold }, configure, logger);
    }

    /// <summary>The same without an engine, and so without explicit caches, which have to be booked: <c>client.UsePromptCaching(new PromptCacheAdvisor(PriceList.Default, TimeProvider.System))</c>.</summary>
    /// <param name="client">The client that makes the plain calls.</param>
    /// <param name="caches">The planners; share one among all clients of a process.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <param name="logger">Gets each decision and hit at Debug, and a low hit rate as a warning.</param>
    /// <exception cref="ArgumentException">The settings cannot be used, or this is the wrong place in the chain; the message lists every fault.</exception>
    public static IChatClient UsePromptCaching(this IChatClient client, PromptCacheAdvisor caches, Action<PromptCachingOptions>? configure = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(caches);
        return Wrap(client, caches, explicitCaches: null, new PromptCachingOptions(), configure, logger);
    }

    private static PromptCachingChatClient Wrap(
        IChatClient client, PromptCacheAdvisor caches, ExplicitCaching? explicitCaches, PromptCachingOptions options, Action<PromptCachingOptions>? configure, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(client);
        configure?.Invoke(options);
        List<string> faults = [.. options.Validate()];
        if (client.GetService<BatchingChatClient>() is not null)
        {
            faults.Add("UsePromptCaching is around UseBatching: what goes into a batch would be planned as if it were sent now. Put it inside: client.UsePromptCaching(engine).UseBatching(engine).");
        }

        if (client.GetService<PromptCachingChatClient>() is not null)
        {
            faults.Add("The client has UsePromptCaching already; leave one out.");
        }

        var named = client.GetService<ChatClientMetadata>()?.ProviderName;
        var owner = client.GetService<IProvider>();
        if ((options.Provider ?? owner?.Id) is not { } provider && !SemanticProviderNames.TryRead(named, out provider))
        {
            faults.Add($"The client says its provider is '{named}', which is none of {string.Join(", ", ProviderId.All)}; set Provider.");
        }

        return faults.Count > 0
            ? throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(configure))
            : new PromptCachingChatClient(client, caches, explicitCaches, options, provider, owner, logger ?? NullLogger.Instance);
    }
}
