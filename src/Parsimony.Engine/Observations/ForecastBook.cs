using System.Collections.Concurrent;

namespace Parsimony.Engine;

/// <summary>
/// What this process believes of times, and of the cache in batches: looked up without a read or a lock, and learnt anew by a stage, at most every second and only when something new was
/// seen, or when what runs has grown a minute older. Thread safe.
/// </summary>
internal sealed class ForecastBook(StageContext context)
{
    private const int MostOpen = 1_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Aging = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<ProviderId, ProviderTimes> _times = [];
    private readonly ConcurrentDictionary<ProviderId, IReadOnlyDictionary<string, BatchHitRate>> _hits = [];
    private Look? _last;
    private int _isReading;

    /// <summary>The forecast of a model's batches of about a size; null when learning is switched off or the provider has no batches.</summary>
    public RouteForecast? Find(ProviderId provider, string model, int? size) =>
        context.Options.LearnTimes && (_times.TryGetValue(provider, out var known) || IsUnseen(provider, out known)) ? known?.Of(model, size) : null;

    /// <summary>How many requests of a model's batches are believed to read what another of them wrote.</summary>
    public BatchHitRate BatchHitsOf(ModelId model) =>
        _hits.TryGetValue(model.Provider, out var known) && known.TryGetValue(model.Name, out var learnt) ? learnt : BatchHitRate.Prior(model.Provider);

    /// <summary>Looks once, before a process plans its first request; one that cannot read now plans by the prior.</summary>
    public ValueTask FirstLookAsync(CancellationToken cancellationToken)
    {
        return Volatile.Read(ref _last) is not null || !context.Options.LearnTimes ? ValueTask.CompletedTask : new ValueTask(LookAsync());

        async Task LookAsync()
        {
            try
            {
                await RefreshAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IStoreFailure { IsTransient: true })
            {
                // Whoever enqueues next, or a stage, looks again.
            }
        }
    }

    /// <summary>Looks for something new if that is due. Whoever comes while another looks goes on with what is known.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var last = Volatile.Read(ref _last);
        if (!context.Options.LearnTimes || (last is not null && context.Clock.GetElapsedTime(last.At) < Freshness) || Interlocked.Exchange(ref _isReading, 1) == 1)
        {
            return;
        }

        try
        {
            var at = context.Clock.GetTimestamp();
            var newest = await context.Store.Observations.ReadNewestAsync(cancellationToken).ConfigureAwait(false);
            if (last is null || newest != last.Newest || context.Clock.GetElapsedTime(last.LearntAt) >= Aging)
            {
                await LearnAsync(cancellationToken).ConfigureAwait(false);
                last = new Look(newest, at, at);
            }

            Volatile.Write(ref _last, last with { At = at });
        }
        finally
        {
            Volatile.Write(ref _isReading, 0);
        }
    }

    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        var open = await context.Store.Batches.ListOpenAsync(scope: null, MostOpen, cancellationToken).ConfigureAwait(false);
        var running = open.Where(batch => batch is { State: BatchState.Running, SubmittedAt: not null, IsSuspected: false }).ToList();
        foreach (var provider in context.Providers.All.DistinctBy(provider => provider.Id))
        {
            if (provider.Batches is { Limits: { } limits })
            {
                var seen = await TimesSeen.ReadAsync(context.Store, provider.Id, running, cancellationToken).ConfigureAwait(false);
                _hits[provider.Id] = await BatchHitsSeen.ReadAsync(context.Store, provider.Id, cancellationToken).ConfigureAwait(false);
                _times[provider.Id] = ProviderTimes.Learn(provider.Id, limits, context.Options.Completion, seen, context.Now);
            }
        }
    }

    private bool IsUnseen(ProviderId id, out ProviderTimes? times)
    {
        times = context.Providers.TryFind(id, out var provider) && provider.Batches is { Limits: { } limits }
            ? _times.GetOrAdd(id, ProviderTimes.Unseen(limits.CancelTime, context.Options.Completion))
            : null;
        return times is not null;
    }

    private sealed record Look(long Newest, long LearntAt, long At);
}
