using Parsimony.Engine;
using Parsimony.Providers;

namespace Parsimony.Cli;

/// <summary>The providers a session calls: as configured, in a sandbox, or only to read what they answered.</summary>
internal sealed class SessionProviders(SessionOptions options, SandboxConnection? sandbox, HttpClient http, TimeProvider clock)
{
    /// <summary>The address of a provider that is only asked to read answers that are stored.</summary>
    private static readonly Uri Unreached = new("http://unreached.invalid");

    /// <summary>Where such a provider is, for those that must be somewhere.</summary>
    private static readonly CloudPlace Nowhere = new() { Account = "nowhere", Location = "us-east-1" };

    /// <summary>The providers of a configuration, and in a sandbox every other one, too.</summary>
    /// <exception cref="UserException">One cannot be used as configured.</exception>
    public IEnumerable<IProvider> Of(ParsimonyConfiguration configuration)
    {
        var seen = new HashSet<(ProviderId, string)>();
        foreach (var provider in configuration.Llm.Concat(configuration.Embedding))
        {
            if (KnownProviders.Find(provider.Provider) is { } kind && seen.Add((provider.Provider, provider.CredentialName)))
            {
                var connection = Connection(provider);
                yield return Create(kind, connection);
                foreach (var former in provider.FormerCredentials.Where(former => seen.Add((provider.Provider, former.Name))))
                {
                    yield return Create(kind, connection with { ApiKey = former.ApiKey.Reveal(), CredentialName = former.Name });
                }
            }
        }

        // In a sandbox, and for an endpoint named on the command line, every provider is there without configuration.
        foreach (var kind in KnownProviders.Kinds)
        {
            if ((sandbox is not null || options.ReadsAnswers || (options.Endpoint is not null && options.Provider == kind.Id)) && seen.All(key => key.Item1 != kind.Id))
            {
                // Named as a configuration names it: what is queued is found again with a configuration and without.
                var connection = new ProviderConnection
                {
                    ApiKey = SandboxConnection.KeyOf(kind.Id),
                    CredentialName = kind.Id.Value,
                    Cloud = sandbox?.PlaceOf(kind.Id) ?? Nowhere,
                    Endpoint = options.Endpoint is { } endpoint ? Address(endpoint) : sandbox?.AddressOf(kind.Id) ?? Unreached,
                };
                yield return Create(kind, connection);
            }
        }
    }

    private IProvider Create(ProviderKind kind, ProviderConnection connection)
    {
        try
        {
            return kind.Create(connection, http, clock);
        }
        catch (ArgumentException exception)
        {
            throw new UserException($"{kind.Id} ({connection.CredentialName}) cannot be used as configured: {exception.Message}");
        }
    }

    private ProviderConnection Connection(ProviderConfiguration provider) => new()
    {
        ApiKey = provider.ApiKey?.Reveal() ?? (sandbox is null && options.NeedsProviders ? "" : SandboxConnection.KeyOf(provider.Provider)),
        CredentialName = provider.CredentialName,
        Endpoint = options.Endpoint is { } endpoint && options.Provider == provider.Provider ? Address(endpoint)
            : sandbox?.AddressOf(provider.Provider) ?? provider.Endpoint ?? (options.NeedsProviders ? null : Unreached),
        Region = provider.Region,
        Profile = provider.ServerProfile,
        Cloud = sandbox?.PlaceOf(provider.Provider) is { } simulated ? simulated
            : provider.Cloud is { } cloud
            ? new CloudPlace { Account = cloud.Account, Location = cloud.Location ?? provider.Region, Storage = cloud.Storage, StorageEndpoint = cloud.StorageEndpoint, Role = cloud.Role }
            : provider.Region is { } region ? new CloudPlace { Location = region }
            : options.NeedsProviders ? null : Nowhere,
        MaxBatchRequests = provider.BatchMaxSize,
        PollInterval = provider.BatchPollInterval,
        MaxParallelCalls = provider.MaxParallelCalls,
        MaxOpenBatches = provider.MaxOpenBatches,
        BatchWindow = provider.BatchWindow,
    };

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UserException($"'{text}' is not an address. Write --endpoint https://host/path.");
}
