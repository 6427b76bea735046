namespace Parsimony.Engine;

/// <summary>A whole configuration, validated. Immutable.</summary>
public sealed record ParsimonyConfiguration
{
    /// <summary>The language model providers (<c>llm</c>), in the order they stand.</summary>
    public IReadOnlyList<ProviderConfiguration> Llm { get; init; } = [];

    /// <summary>The embedding providers (<c>embedding</c>), in the order they stand.</summary>
    public IReadOnlyList<ProviderConfiguration> Embedding { get; init; } = [];

    /// <summary>What all providers share (<c>optimization</c>).</summary>
    public OptimizationConfiguration Optimization { get; init; } = new();

    /// <summary>The image pipeline's batches (<c>imageBatching</c>).</summary>
    public ImageBatchConfiguration ImageBatching { get; init; } = new();

    /// <summary>The keys payloads are protected with (<c>protection</c>); null when there are none.</summary>
    public PayloadProtection? Protection { get; init; }

    /// <summary>A file with prices and contract discounts of one's own (<c>prices</c>, else <c>PARSIMONY_PRICES</c>); null when there is none. Its content is not read here.</summary>
    public string? PricesFile { get; init; }

    /// <summary>What was disabled, clamped, aged or not understood, one sentence each with its place and key; empty when all is as written.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The language model provider that is meant when none is named; null when there is none.</summary>
    public ProviderConfiguration? DefaultLlm => Default(Llm);

    /// <summary>The embedding provider that is meant when none is named; null when there is none.</summary>
    public ProviderConfiguration? DefaultEmbedding => Default(Embedding);

    /// <summary>How long bulk work without a deadline may stay in a batch: the default provider's <c>batchTimeoutSeconds</c>.</summary>
    public TimeSpan BulkTimeout => (DefaultLlm ?? DefaultEmbedding)?.BatchTimeout ?? TimeSpan.FromSeconds(86_400);

    /// <summary>Sets what this configuration says of the engine, and leaves the rest: accumulator, batch time-out, learning, the hit rate that is warned of, poll interval (the shortest any provider asks for), retention.</summary>
    public void ApplyTo(EngineOptions options)
    {
        options.FillCount = Optimization.DefaultBatchSize;
        options.FillTime = Optimization.DefaultBatchTimeout;
        options.BatchTimeout = BulkTimeout;
        options.LearnTimes = Optimization.LearnCompletionTimes;
        options.MetricsRetentionDays = Optimization.MetricsRetentionDays;
        options.LedgerRetentionDays = Math.Max(options.LedgerRetentionDays, Optimization.MetricsRetentionDays);
        options.CacheWarningThreshold = Optimization.CacheWarningThreshold;
        options.PollInterval = Llm.Concat(Embedding).Min(p => p.BatchPollInterval) ?? options.PollInterval;
    }

    /// <summary>The listed prices, with <see cref="PricesFile"/> over them.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or meant; every fault is listed.</exception>
    public PriceList OpenPrices()
    {
        if (PricesFile is not { } path)
        {
            return PriceList.Default;
        }

        try
        {
            using var file = File.OpenRead(path);
            return PriceList.Default.WithFiles([file]);
        }
        catch (DataFileException exception)
        {
            throw new ConfigurationException([exception.Message]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException([$"prices: the file {path} cannot be read ({exception.GetType().Name}); check its path and permissions."]);
        }
    }

    private static ProviderConfiguration? Default(IReadOnlyList<ProviderConfiguration> list) =>
        list.FirstOrDefault(p => p.IsDefault) ?? (list.Count > 0 ? list[0] : null);
}
