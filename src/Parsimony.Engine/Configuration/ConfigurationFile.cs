namespace Parsimony.Engine;

/// <summary>Loads configurations: YAML, the same as JSON, or the environment alone.</summary>
public static class ConfigurationFile
{
    private const long MaxBytes = 4 * 1024 * 1024;
    private const string PricesVariable = "PARSIMONY_PRICES";

    /// <summary>Loads a file; <c>.json</c> is JSON, <c>.yaml</c> and <c>.yml</c> are YAML, anything else is JSON when it begins with a brace.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or says what cannot be meant; every fault is listed.</exception>
    public static ParsimonyConfiguration Load(string path, ConfigurationSources? sources = null) =>
        LoadText(ReadFile(path), path, sources);

    /// <summary>Loads a text, for example a document of a database, under the name its faults are to say.</summary>
    /// <exception cref="ConfigurationException">The text says what cannot be meant; every fault is listed.</exception>
    public static ParsimonyConfiguration LoadText(string text, string name, ConfigurationSources? sources = null)
    {
        sources ??= new ConfigurationSources();
        var report = new ConfigurationReport(name);
        var builder = new TreeBuilder(report, sources);
        var root = IsJson(text, name) ? JsonTree.Read(text, report, builder) : new YamlTree(report, builder).Read(text);
        if (root is null)
        {
            throw new ConfigurationException(report.Faults);
        }

        return Read(root, report, sources);
    }

    /// <summary>Without any file: the providers whose keys are in the environment, the first of them the default, and the environment's overrides.</summary>
    /// <exception cref="ConfigurationException">A variable says what cannot be meant; every fault is listed.</exception>
    public static ParsimonyConfiguration FromEnvironment(ConfigurationSources? sources = null)
    {
        sources ??= new ConfigurationSources();
        var report = new ConfigurationReport("environment");
        var (llm, embedding) = (new List<ConfigurationNode>(), new List<ConfigurationNode>());
        foreach (var name in ProviderId.All.Concat(CapabilityMatrix.Profiles))
        {
            if (CapabilityMatrix.FactsOf(name) is not { NeedsKey: true } facts || !facts.KeyVariables.Any(v => IsSet(sources, v)))
            {
                continue;
            }

            if (facts.EndpointVariable is { } address && !IsSet(sources, address) && !sources.KeysOptional)
            {
                report.Warn("environment", facts.KeyVariables[0], $"{name} is left out: {address} is not set");
                continue;
            }

            var entry = ConfigurationNode.Map("environment", new Dictionary<string, ConfigurationNode>(StringComparer.Ordinal)
            {
                ["provider"] = new() { Kind = NodeKind.Text, Place = "environment", Text = name, Written = name },
            });
            if (ProviderId.TryParse(name, out _))
            {
                llm.Add(entry);
            }

            if (facts.Capabilities.Kinds.Contains(EndpointKind.Embeddings))
            {
                embedding.Add(entry);
            }
        }

        return Read(
            ConfigurationNode.Map("environment", new Dictionary<string, ConfigurationNode>(StringComparer.Ordinal)
            {
                ["llm"] = ConfigurationNode.List("environment", llm),
                ["embedding"] = ConfigurationNode.List("environment", embedding),
            }),
            report,
            sources);
    }

    /// <summary>Reads a configuration file's text.</summary>
    /// <exception cref="ConfigurationException">It is not there, too large, or not readable.</exception>
    internal static string ReadFile(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes })
            {
                throw new ConfigurationException([$"{path}: is larger than 4 MB; name a configuration file."]);
            }

            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigurationException([$"{path}: there is no such file; write its path, or leave it out to use the environment alone."]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException([$"{path}: cannot be read ({e.GetType().Name}); check its path and permissions."]);
        }
    }

    private static ParsimonyConfiguration Read(ConfigurationNode root, ConfigurationReport report, ConfigurationSources sources)
    {
        var map = new MapReader(EnvironmentOverrides.Over(root, sources), "", report).Or("prices", PricesVariable, sources);
        var read = new ParsimonyConfiguration
        {
            Llm = new ProviderListReader(sources, report).Read(map, "llm"),
            Embedding = new ProviderListReader(sources, report).Read(map, "embedding"),
            Optimization = SectionReader.Optimization(map.Map("optimization")),
            ImageBatching = SectionReader.ImageBatching(map.Map("imageBatching")),
            Protection = ProtectionReader.Read(map.Map("protection"), sources),
            PricesFile = map.Text("prices"),
        };
        map.End();
        report.ThrowIfFaulty();
        return read with { Warnings = report.Warnings };
    }

    private static bool IsSet(ConfigurationSources sources, string variable) => !string.IsNullOrWhiteSpace(sources.Variable(variable));

    private static bool IsJson(string text, string name) => Path.GetExtension(name).ToUpperInvariant() switch
    {
        ".JSON" => true,
        ".YAML" or ".YML" => false,
        _ => text.AsSpan().TrimStart() is ['{', ..],
    };
}
