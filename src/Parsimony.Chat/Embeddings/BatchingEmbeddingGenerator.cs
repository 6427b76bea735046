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
        return Plan(texts, options, _options.DefaultDeadline) is { } requests
            ? BuyAsync(requests, cancellationToken)
            : InnerGenerator.GenerateAsync(texts, options, cancellationToken);
    }

    /// <summary>Embeds a list of texts and yields each vector, with the index of its text, as it arrives. A list without a deadline takes <see cref="BatchingOptions.ListDeadline"/>.</summary>
    public async IAsyncEnumerable<(int Index, Embedding<float> Embedding)> GenerateListAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var texts = values as IReadOnlyList<string> ?? [.. values];
        if (Plan(texts, options, _options.ListDeadline) is not { } requests)
        {
            for (var index = 0; index < texts.Count; index++)
            {
                var one = await InnerGenerator.GenerateAsync([texts[index]], options, cancellationToken).ConfigureAwait(false);
                yield return (index, one[0]);
            }

            yield break;
        }

        var accepted = await EnqueueAsync(requests, cancellationToken).ConfigureAwait(false);
        await foreach (var done in Task.WhenEach(accepted.Select((request, index) => ReadAsync(index, request.Id, cancellationToken))).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var (index, embedding, _) = await done.ConfigureAwait(false);
            yield return (index, embedding);
        }
    }

    private List<IntakeRequest>? Plan(IReadOnlyList<string> texts, EmbeddingGenerationOptions? options, TimeSpan? fallback)
    {
        var deadline = options?.GetDeadline() ?? (fallback is { } span ? _engine.Clock.GetUtcNow() + span : null);
        if (deadline is null || texts.Count == 0 || Model(options) is not { } model || options?.RawRepresentationFactory is not null)
        {
            return null;
        }

        var scope = _engine.NewScope();
        var requests = texts.Select((text, index) => new IntakeRequest
        {
            Envelope = new EmbeddingRequest { Input = text, Dimensions = options?.Dimensions, Raw = Raw(options) }.ToEnvelope(model),
            Scope = scope,
            Ordinal = index,
            Deadline = deadline,
            IsBulk = true,
            Dimensions = RequestDimensions.None with { Component = _options.Component },
        }).ToList();
        return _engine.Plan(requests[0]).Route == Route.Batch ? requests : null;
    }

    private ModelId? Model(EmbeddingGenerationOptions? options)
    {
        var metadata = InnerGenerator.GetService<EmbeddingGeneratorMetadata>();
        var provider = _options.Provider ?? (ProviderId.TryParse(metadata?.ProviderName, out var named) ? named : null);
        var name = options?.ModelId ?? _options.Model ?? metadata?.DefaultModelId;
        return provider is { } id && name is not null && _engine.Providers.TryFind(id, out _) ? new ModelId(id, name) : null;
    }

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

    private async Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(List<IntakeRequest> requests, CancellationToken cancellationToken)
    {
        var accepted = new List<EnqueuedRequest>(requests.Count);
        foreach (var chunk in requests.Chunk(RequestIntake.MaxChunk))
        {
            accepted.AddRange(await _engine.EnqueueAsync(chunk, cancellationToken).ConfigureAwait(false));
        }

        return accepted;
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> BuyAsync(List<IntakeRequest> requests, CancellationToken cancellationToken)
    {
        var accepted = await EnqueueAsync(requests, cancellationToken).ConfigureAwait(false);
        var results = await Task.WhenAll(accepted.Select((request, index) => ReadAsync(index, request.Id, cancellationToken))).ConfigureAwait(false);
        var tokens = results.Sum(result => result.InputTokens);
        return new GeneratedEmbeddings<Embedding<float>>(results.Select(result => result.Embedding))
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    private async Task<(int Index, Embedding<float> Embedding, long InputTokens)> ReadAsync(int index, RequestId id, CancellationToken cancellationToken)
    {
        var reply = await _engine.WaitAsync(id, cancellationToken).ConfigureAwait(false);
        var body = reply.RequireBody();
        var profile = reply.Request.Profile;
        if (!_engine.Providers.TryFind(profile.Model.Provider, profile.Credential, out var provider))
        {
            throw new InvalidOperationException($"{profile.Model.Provider} is not configured here, so its answer cannot be read. Add it with AddProvider.");
        }

        var entries = await _engine.Store.Ledger.ReadRequestAsync(reply.Request.Sequence, cancellationToken).ConfigureAwait(false);
        return (index, provider.ReadEmbedding(body), entries is [.., var last] ? last.Entry.Usage?.TotalInput ?? 0 : 0);
    }
}
