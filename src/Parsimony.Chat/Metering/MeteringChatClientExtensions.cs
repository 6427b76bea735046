using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parsimony;
using Parsimony.Chat;
using Parsimony.Engine;

namespace Microsoft.Extensions.AI;

/// <summary>Puts metering around a chat client.</summary>
public static class MeteringChatClientExtensions
{
    /// <summary>Books the client's plain calls in the ledger. Fits <c>builder.Use(client => client.UseMetering(engine))</c>; belongs outside <c>UseBatching</c>.</summary>
    /// <param name="client">The client whose calls are booked.</param>
    /// <param name="engine">The engine on the store the ledger is in.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <param name="logger">Gets each booking at Debug, and what goes wrong with it.</param>
    /// <exception cref="ArgumentException">The settings cannot be used, or the client does not say whose it is; the message lists every fault.</exception>
    public static IChatClient UseMetering(this IChatClient client, EngineClient engine, Action<MeteringOptions>? configure = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(engine);
        return Put(client, engine, configure, logger, isReserving: false, client.GetService<MeteringChatClient>() is { IsReserving: true }
            ? ["The client has UseBudgets already, which books its calls; leave UseMetering out."]
            : []);
    }

    internal static IChatClient Put(
        IChatClient client, EngineClient engine, Action<MeteringOptions>? configure, ILogger? logger, bool isReserving, IReadOnlyList<string> misplaced)
    {
        var options = new MeteringOptions();
        configure?.Invoke(options);
        List<string> faults = [.. misplaced, .. options.Validate()];
        var named = client.GetService<ChatClientMetadata>()?.ProviderName;
        if (options.Provider is not { } provider && !SemanticProviderNames.TryRead(named, out provider))
        {
            faults.Add($"The client says its provider is '{named}', which is none of {string.Join(", ", ProviderId.All)}; set Provider.");
        }

        return faults.Count > 0
            ? throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(configure))
            : new MeteringChatClient(client, engine, options, provider, logger ?? NullLogger.Instance, isReserving);
    }
}
