using System.Globalization;

namespace Parsimony.Engine;

/// <summary>Reads one list of providers.</summary>
internal sealed class ProviderListReader(ConfigurationSources sources, ConfigurationReport report)
{
    private readonly SettingsReader _settings = new(sources);
    private readonly List<ProviderConfiguration> _read = [];
    private readonly Dictionary<string, int> _perProvider = new(StringComparer.Ordinal);
    private string? _defaultPlace;

    public IReadOnlyList<ProviderConfiguration> Read(MapReader root, string list)
    {
        foreach (var entry in root.List(list))
        {
            if (ReadEntry(entry, list == "embedding") is { } provider)
            {
                _read.Add(provider);
            }
        }

        if (_read.Count > 0 && !_read.Exists(p => p.IsDefault))
        {
            _read[0] = WithDefault(_read[0]);
        }

        return _read;
    }

    private static ProviderConfiguration WithDefault(ProviderConfiguration provider) => provider with
    {
        IsDefault = true,
        Workloads = provider.Workloads.ToDictionary(
            w => w.Key, w => w.Value with { Settings = w.Value.Settings with { IsDefault = true } }, StringComparer.Ordinal),
    };

    private ProviderConfiguration? ReadEntry(MapReader entry, bool isEmbedding)
    {
        var isDefault = entry.Flag("isDefault") ?? false;
        if (isDefault && _defaultPlace is not null)
        {
            entry.Fault("isDefault", $"there is a default already ({_defaultPlace}); leave isDefault true at one entry only.");
        }

        _defaultPlace ??= isDefault ? entry.PlaceOf("isDefault") : null;
        var name = ReadName(entry);
        var known = ReadProvider(entry, isEmbedding, out var id, out var profile);
        var map = entry.Map("configuration");
        map.Know("workloads");
        if (!known)
        {
            // What else is wrong is named too, judged as if it were the provider that can do everything.
            _settings.Read(map, new ProviderConfiguration { Provider = ProviderId.Anthropic, CredentialName = name ?? "" });
            map.End();
            entry.Know("workloads", "formerCredentials");
            entry.End();
            return null;
        }

        var facts = CapabilityMatrix.FactsOf(id, profile);
        foreach (var variable in facts.KeyVariables)
        {
            map = map.Or("apiKey", variable, sources);
        }

        map = map.Or("endpoint", facts.EndpointVariable, sources);
        map.Know("workloads");
        var count = _perProvider[profile ?? id.Value] = _perProvider.GetValueOrDefault(profile ?? id.Value) + 1;
        var provider = _settings.Read(map, new ProviderConfiguration
        {
            Provider = id,
            Profile = profile,
            CredentialName = name ?? (count == 1 ? profile ?? id.Value : string.Create(CultureInfo.InvariantCulture, $"{profile ?? id.Value}-{count}")),
            IsDefault = isDefault,
            Endpoint = facts.Endpoint,
        });
        provider = provider with { FormerCredentials = ReadFormer(entry) };
        CheckNeeds(map, provider, facts);
        var place = new PlaceCheck(sources, facts);
        place.Check(map, provider);
        CheckRegion(map, provider, facts);
        CheckName(entry, provider);
        provider = provider with { Workloads = ReadWorkloads(entry, map, provider, place) };
        map.End();
        entry.End();
        if (!isEmbedding || facts.Capabilities.Kinds.Contains(EndpointKind.Embeddings))
        {
            return provider;
        }

        entry.Warn("provider", $"embeddings are not supported for {id}, disabled");
        return null;
    }

    private static string? ReadName(MapReader entry)
    {
        var name = entry.Text("name");
        if (name is null || (name.Length <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
        {
            return name;
        }

        entry.Fault("name", "is not a name; write at most 64 letters, digits, dashes, dots and underscores, and never a key.");
        return null;
    }

    private bool ReadProvider(MapReader entry, bool isEmbedding, out ProviderId id, out string? profile)
    {
        profile = null;
        id = default;
        var known = string.Join(", ", isEmbedding ? ProviderId.All.Concat(CapabilityMatrix.Profiles) : ProviderId.All);
        if (entry.Text("provider") is not { } text)
        {
            if (!entry.Has("provider"))
            {
                report.Fault(entry.Place, entry.KeyOf("provider"), $"is missing; write one of {known}.");
            }

            return false;
        }

        if (ProviderId.TryParse(text.Trim(), out id))
        {
            return true;
        }

        profile = CapabilityMatrix.ProfileOf(text);
        if (profile is not null && isEmbedding)
        {
            return ProviderId.TryParse("openAICompatible", out id);
        }

        entry.Fault("provider", profile is null
            ? $"unknown provider '{entry.WrittenOf("provider")}'; write one of {known}."
            : $"{profile} serves embeddings only; write it under embedding.");
        return false;
    }

    private void CheckNeeds(MapReader map, ProviderConfiguration provider, ProviderFacts facts)
    {
        var name = provider.Profile ?? provider.Provider.Value;
        if (NeedsKey(provider, facts) && provider.ApiKey is null && map.WrittenOf("apiKey").Length == 0)
        {
            var instead = facts.KeylessPackage is { } package ? $"; or call it without one, by its cloud's credentials, with the package {package}" : "";
            map.Fault("apiKey", $"{name} needs a key; write apiKey: \"${{{facts.KeyVariables[0]}}}\", or set {string.Join(" or ", facts.KeyVariables)} in the environment{instead}.");
        }

        if (facts.EndpointExample is not null && provider.Endpoint is null && !sources.KeysOptional && map.WrittenOf("endpoint").Length == 0)
        {
            map.Fault("endpoint", $"{name} has no address of its own; write one such as {facts.EndpointExample}.");
        }

        if (provider.ApiKey is not null && provider.Endpoint is { IsLoopback: false } endpoint && endpoint.Scheme == Uri.UriSchemeHttp)
        {
            map.Warn("endpoint", $"the key of {name} travels unencrypted to this address; use https");
        }
    }

    // What a program can do without a key is the provider's; a profile is another server.
    private bool NeedsKey(ProviderConfiguration provider, ProviderFacts facts) =>
        facts.NeedsKey && !sources.KeysOptional && !(provider.Profile is null && sources.WorksWithoutKey(provider.Provider));

    private static List<CredentialConfiguration> ReadFormer(MapReader entry)
    {
        var former = new List<CredentialConfiguration>();
        foreach (var credential in entry.List("formerCredentials"))
        {
            var name = ReadName(credential);
            if (name is null && !credential.Has("name"))
            {
                credential.Report.Fault(credential.Place, credential.KeyOf("name"), "is missing; write the name this key had while it was the current one.");
            }

            if (credential.Text("apiKey", isSecret: true) is { } key)
            {
                if (name is not null)
                {
                    former.Add(new CredentialConfiguration(name, new Secret(key)));
                }
            }
            else if (credential.WrittenOf("apiKey").Length == 0)
            {
                credential.Report.Fault(credential.Place, credential.KeyOf("apiKey"), "is missing; write the former key, or leave the entry out.");
            }

            credential.End();
        }

        return former;
    }

    private static void CheckRegion(MapReader map, ProviderConfiguration provider, ProviderFacts facts)
    {
        if (provider.Region is { } region && map.Has("region") && facts.Regions.Count > 0 && !facts.Regions.Contains(region))
        {
            map.Warn(
                "region", $"{provider.Profile ?? provider.Provider.Value} is known to offer {string.Join(", ", facts.Regions)} (read {facts.CheckedOn:yyyy-MM-dd}), not '{region}'; it is taken at your word");
        }
    }

    private void CheckName(MapReader entry, ProviderConfiguration provider)
    {
        foreach (var twice in provider.FormerCredentials.Select(former => former.Name).Append(provider.CredentialName)
            .Concat(_read.Where(other => other.Provider == provider.Provider).SelectMany(other => other.FormerCredentials, (_, former) => former.Name))
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            entry.Fault("formerCredentials", $"'{twice.Key}' names two keys of {provider.Provider}; give each a name of its own, and a new key never the name of the one before.");
        }

        if (_read.Exists(p => p.Provider == provider.Provider && string.Equals(p.CredentialName, provider.CredentialName, StringComparison.OrdinalIgnoreCase)))
        {
            entry.Fault("name", $"'{provider.CredentialName}' names another entry of {provider.Provider} already; write a name of its own.");
        }
    }

    private Dictionary<string, WorkloadConfiguration> ReadWorkloads(MapReader entry, MapReader map, ProviderConfiguration provider, PlaceCheck place)
    {
        var workloads = new Dictionary<string, WorkloadConfiguration>(StringComparer.Ordinal);
        foreach (var (name, overrides) in entry.Maps("workloads").Concat(map.Maps("workloads")))
        {
            var share = overrides.Number("rolloutPercentage", 0, 100, "a percentage") ?? 100;
            var settings = _settings.Read(overrides, provider);
            if (settings.BatchingEnabled == true && provider.BatchingEnabled != true)
            {
                place.Check(overrides, settings);
            }

            if (overrides.Has("apiKey") || overrides.Has("endpoint"))
            {
                settings = settings with { CredentialName = $"{provider.CredentialName}/{name}" };
            }

            overrides.End();
            if (!workloads.TryAdd(name, new WorkloadConfiguration { Name = name, RolloutPercentage = share, Settings = settings }))
            {
                report.Fault(overrides.Place, overrides.Path, "the workload stands twice; leave one out.");
            }
        }

        return workloads;
    }
}
