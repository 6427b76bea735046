using Parsimony.Chat;
using Parsimony.Engine;

namespace Microsoft.Extensions.AI;

/// <summary>Puts batching around an embedding generator.</summary>
public static class BatchingEmbeddingGeneratorExtensions
{
    /// <summary>Sends embedding calls whose deadline allows it through the provider's batch API. Fits <c>builder.Use(generator => generator.UseBatching(engine))</c>.</summary>
    /// <exception cref="ArgumentException">The settings cannot be used; the message lists every fault.</exception>
    public static BatchingEmbeddingGenerator UseBatching(
        this IEmbeddingGenerator<string, Embedding<float>> generator, EngineClient engine, Action<BatchingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(engine);
        var options = new BatchingOptions();
        configure?.Invoke(options);
        return options.Validate() is { Count: > 0 } faults
            ? throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(configure))
            : new BatchingEmbeddingGenerator(generator, engine, options);
    }
}
