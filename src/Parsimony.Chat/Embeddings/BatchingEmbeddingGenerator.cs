using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat;

/// <summary>
/// Sends embedding calls whose deadline allows it through the provider's batch API, one request per text, so each text has its own identity and
/// cost. Other calls go to the inner generator unchanged. Embeddings have no continuation token: await them, or read a list as it arrives. Thread safe.
/// </summary>
public sealed class BatchingEmbeddingGenerator : DelegatingEmbeddingGenerator<string, Embedding<float>>
{
    private const int BatchChunk = 1_000;
    private const int LiveChunk = 100;
    private readonly EngineClient _engine;
    private readonly BatchingOptions _options;

    internal BatchingEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, EngineClient engine, BatchingOptions options)
        : base(inner)
    {
        _engine = engine;
        _options = options;
    }

    /// <inheritdoc/>
    public override Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var texts = values as IReadOnlyList<string> ?? [.. values];
        return Plan(texts, options, _options.DefaultDeadline) is { } plan
            ? BuyAllAsync(texts, plan, cancellationToken)
            : Now(options).GenerateAsync(texts, options, cancellationToken);
    }

    /// <summary>Embeds a list of texts and yields each vector, with the index of its text, as it arrives. A list without a deadline takes <see cref="BatchingOptions.ListDeadline"/>.</summary>
    /// <exception cref="RequestFailedException">A text has no vector; those that arrived before were yielded, and the others go on.</exception>
    public async IAsyncEnumerable<(int Index, Embedding<float> Embedding)> GenerateListAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var texts = values as IReadOnlyList<string> ?? [.. values];
        if (Plan(texts, options, _options.ListDeadline) is not { } plan)
        {
            var next = 0;
            foreach (var chunk in texts.Chunk(LiveChunk))
            {
                foreach (var embedding in await Now(options).GenerateAsync(chunk, options, cancellationToken).ConfigureAwait(false))
                {
                    yield return (next++, embedding);
                }
            }

            yield break;
        }

        await foreach (var (index, reply) in BuyAsync(texts, plan, cancellationToken).ConfigureAwait(false))
        {
            yield return (index, Read(reply));
        }
    }

    private EmbeddingPlan? Plan(IReadOnlyList<string> texts, EmbeddingGenerationOptions? options, TimeSpan? fallback)
    {
        var deadline = options?.GetDeadline() ?? (fallback is { } span ? _engine.Clock.GetUtcNow() + span : null);
        if (deadline is not { } instant || texts.Count == 0 || Model(options) is not { } model || options?.RawRepresentationFactory is not null)
        {
            return null;
        }

        var plan = new EmbeddingPlan(
            model, _engine.NewScope(), instant, options?.Dimensions, Raw(options), Constraints(options), options?.GetPriority() ?? _options.Priority);
        return _engine.Plan(Request(plan, texts[0], 0)).Route == Route.Batch ? plan : null;
    }

    private IntakeRequest Request(EmbeddingPlan plan, string text, int index) => new()
    {
        Envelope = new EmbeddingRequest { Input = text, Dimensions = plan.Dimensions, Raw = plan.Raw }.ToEnvelope(plan.Model),
        Scope = plan.Scope,
        Ordinal = index,
        Deadline = plan.Deadline,
        IsBulk = true,
        Constraints = plan.Constraints,
        Priority = plan.Priority,
        Dimensions = _options.AllDimensions,
    };

    private ModelId? Model(EmbeddingGenerationOptions? options)
    {
        var metadata = InnerGenerator.GetService<EmbeddingGeneratorMetadata>();
        var provider = _options.Provider ?? (SemanticProviderNames.TryRead(metadata?.ProviderName, out var named) ? named : null);
        var name = options?.ModelId ?? _options.Model ?? metadata?.DefaultModelId;
        return provider is { } id && name is not null && _engine.Providers.TryFind(id, out _) ? new ModelId(id, name) : null;
    }

    private DataConstraints Constraints(EmbeddingGenerationOptions? options) =>
        options is null ? _options.Constraints : _options.Constraints.And(options.GetConstraints());

    /// <summary>The inner generator, which is not known to lead to any region.</summary>
    /// <exception cref="RequestRefusedException">The call is constrained to a region.</exception>
    private IEmbeddingGenerator<string, Embedding<float>> Now(EmbeddingGenerationOptions? options) => Constraints(options).Region is { } region
        ? throw new RequestRefusedException(
            "region", $"The constraint region={region}: plain embedding calls go through your own generator, and nobody knows where it leads. Give the call a deadline that a batch can hold.")
        : InnerGenerator;

    private static JsonObject? Raw(EmbeddingGenerationOptions? options)
    {
        var pairs = options?.AdditionalProperties?.Where(pair => !pair.Key.StartsWith("parsimony.", StringComparison.Ordinal)).ToList();
        return pairs is { Count: > 0 }
            ? new JsonObject(pairs.Select(pair => KeyValuePair.Create(pair.Key, Node(pair.Key, pair.Value))))
            : null;
    }

    private static JsonNode? Node(string key, object? value) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        JsonElement element => JsonNode.Parse(element.GetRawText()),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        _ => throw new ArgumentException($"The additional property '{key}' cannot be stored. Pass a string, number, boolean or JSON value."),
    };

    private async IAsyncEnumerable<(int Index, EngineReply Reply)> BuyAsync(
        IReadOnlyList<string> texts, EmbeddingPlan plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bought = new ReplyStream(_engine, plan.Scope);
        foreach (var chunk in Enumerable.Range(0, texts.Count).Chunk(BatchChunk))
        {
            var accepted = await _engine.EnqueueAsync([.. chunk.Select(index => Request(plan, texts[index], index))], cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < chunk.Length; i++)
            {
                bought.Add(accepted[i].Id, chunk[i]);
            }
        }

        bought.Complete();
        await foreach (var result in bought.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return result;
        }
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> BuyAllAsync(IReadOnlyList<string> texts, EmbeddingPlan plan, CancellationToken cancellationToken)
    {
        var embeddings = new Embedding<float>[texts.Count];
        var tokens = 0L;
        await foreach (var (index, reply) in BuyAsync(texts, plan, cancellationToken).ConfigureAwait(false))
        {
            embeddings[index] = Read(reply);
            var entries = await _engine.Store.Ledger.ReadRequestAsync(reply.Request.Sequence, cancellationToken).ConfigureAwait(false);
            tokens += entries is [.., var last] ? last.Entry.Usage?.TotalInput ?? 0 : 0;
        }

        return new GeneratedEmbeddings<Embedding<float>>(embeddings)
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    private Embedding<float> Read(EngineReply reply)
    {
        var body = reply.RequireBody();
        var profile = reply.Request.Profile;
        return _engine.Providers.TryFind(profile.Model.Provider, profile.Credential, out var provider)
            ? provider.ReadEmbedding(body)
            : throw new InvalidOperationException($"{profile.Model.Provider} is not configured here, so its answer cannot be read. Add it with AddProvider.");
    }

    /// <summary>What all requests of one call have in common.</summary>
    private sealed record EmbeddingPlan(ModelId Model, string Scope, DateTimeOffset Deadline, int? Dimensions, JsonObject? Raw, DataConstraints Constraints, RequestPriority Priority);
}
