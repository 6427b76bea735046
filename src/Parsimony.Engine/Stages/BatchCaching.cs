namespace Parsimony.Engine;

/// <summary>What the items of one batch ask of the prompt cache, planned with all of them known.</summary>
internal sealed class BatchCaching
{
    // What marks add to a line at most: four of them, the request's own member, and texts that become blocks to carry them. Escapes may change where a body is rewritten.
    private const long BytesOfMarks = 1_024;
    private const double BytesOfEscapes = 1.05;

    private readonly Dictionary<ModelId, KnownQueue> _queues;

    private BatchCaching(Dictionary<ModelId, KnownQueue> queues) => _queues = queues;

    /// <summary>The item that is worth most to the others if it goes live before them; null where none pays.</summary>
    public async Task<StoredItem?> FindLeaderAsync(StageContext context, Batch batch, CancellationToken cancellationToken)
    {
        var (leader, most) = ((StoredItem?)null, 0d);
        await foreach (var item in context.Store.Batches.ReadItemsAsync(batch.Id, cancellationToken).ConfigureAwait(false))
        {
            if (context.BatchCacheTerms(item.Envelope.Model) is { WarmsBatches: true } && !CallersMarks.AreIn(item.Envelope)
                && _queues.TryGetValue(item.Envelope.Model, out var queue) && Read(item.Envelope) is { } prompt && queue.WarmUpGain(prompt) is var gain && gain > most)
            {
                (leader, most) = (item, gain);
            }
        }

        return leader;
    }

    /// <summary>Reads a batch's items once; null where caching is off or nothing is to be asked.</summary>
    public static async Task<BatchCaching?> PlanAsync(StageContext context, Batch batch, int count, BatchLimits limits, CancellationToken cancellationToken)
    {
        if (batch.Kind is not (EndpointKind.Chat or EndpointKind.Messages or EndpointKind.Responses)
            || (batch.Bytes * BytesOfEscapes) + (count * BytesOfMarks) > limits.MaxBytes)
        {
            return null;
        }

        var queues = new Dictionary<ModelId, KnownQueue?>();
        var drift = context.Caches?.Drift is { } monitor ? new BatchDrift(monitor) : null;
        await foreach (var item in context.Store.Batches.ReadItemsAsync(batch.Id, cancellationToken).ConfigureAwait(false))
        {
            var model = item.Envelope.Model;
            if (!queues.TryGetValue(model, out var queue))
            {
                queues[model] = queue = await OpenAsync(context, model, cancellationToken).ConfigureAwait(false);
                if (queue is null && batch.Model.Length > 0)
                {
                    return null;
                }
            }

            if (queue is not null && Read(item.Envelope) is { } prompt)
            {
                queue.Add(prompt);
                drift?.Add(item);
            }
        }

        drift?.Observe(context.Now);

        var known = new Dictionary<ModelId, KnownQueue>();
        foreach (var (model, queue) in queues)
        {
            if (queue is not null)
            {
                known.Add(model, queue);
            }
        }

        return known.Count > 0 ? new BatchCaching(known) : null;
    }

    /// <summary>Begins anew: the items are about to be rendered, perhaps again.</summary>
    public void Rewind()
    {
        foreach (var queue in _queues.Values)
        {
            queue.Rewind();
        }
    }

    /// <summary>What an item asks.</summary>
    public CacheControl Ask(Envelope envelope) =>
        _queues.TryGetValue(envelope.Model, out var queue) && Read(envelope) is { } prompt ? queue.Ask(prompt) : CacheControl.None;

    /// <summary>Records what can be read, and what is expected to be, under the instant the create was sent.</summary>
    public async Task RecordAsync(StageContext context, DateTimeOffset sentAt, CancellationToken cancellationToken)
    {
        foreach (var (model, queue) in _queues)
        {
            if (queue.ExpectedHitRate is { } expected)
            {
                await RecordAsync(ObservationKind.BatchHitsPossible, queue.Followers).ConfigureAwait(false);
                await RecordAsync(ObservationKind.BatchHitsExpected, expected * queue.Marked).ConfigureAwait(false);
            }

            Task RecordAsync(ObservationKind kind, double hits) => context.Store.Observations.RecordAsync(
                Observation.OfHits(kind, model, queue.Marked, (long)Math.Round(hits), sentAt), cancellationToken);
        }
    }

    private static async Task<KnownQueue?> OpenAsync(StageContext context, ModelId model, CancellationToken cancellationToken)
    {
        // Where batches use no cache a mark would cost what it writes, or the item.
        if (CapabilityMatrix.FactsOf(model.Provider.Value)?.Stacks == false
            || context.BatchCacheTerms(model) is not { Strategy: null or CacheStrategy.Explicit } terms
            || ModelCacheRules.Find(model, context.Prices, ModelCatalogue.Default, context.Now) is not { WriteMultiplier: > 1 } rules)
        {
            return null;
        }

        var learnt = await BatchHitsSeen.ReadAsync(context.Store, model.Provider, cancellationToken).ConfigureAwait(false);
        return new KnownQueue(terms.Restrict(rules), learnt.GetValueOrDefault(model.Name, BatchHitRate.Prior(model.Provider)).Expected);
    }

    /// <summary>A prompt; null for what cannot be read, whose own line will say why.</summary>
    private static PromptPrefix? Read(Envelope envelope)
    {
        try
        {
            return PromptPrefix.Of(envelope);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
