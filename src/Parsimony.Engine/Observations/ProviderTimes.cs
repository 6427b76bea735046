using System.Collections.Frozen;

namespace Parsimony.Engine;

/// <summary>What one provider's times were, and the forecasts learnt from them. Immutable.</summary>
internal sealed class ProviderTimes
{
    /// <summary>How many observations of each kind are looked at, the newest.</summary>
    public const int Looked = 1_000;

    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(7);

    private readonly RouteForecast _all;
    private readonly FrozenDictionary<(string Model, int Size), RouteForecast> _known;

    private ProviderTimes(RouteForecast all, FrozenDictionary<(string, int), RouteForecast> known)
    {
        _all = all;
        _known = known;
    }

    /// <summary>What is believed of a provider nothing was seen of.</summary>
    public static ProviderTimes Unseen(TimeSpan cancelTime, CompletionPrior prior) =>
        new(RouteForecast.Before(cancelTime, prior), FrozenDictionary<(string, int), RouteForecast>.Empty);

    /// <summary>Learns: the provider's times first, each model's from there, and each size's of a model from the model's.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="limits">Its batches' window and cancel time.</param>
    /// <param name="prior">The live time until it is learnt.</param>
    /// <param name="seen">What was seen.</param>
    /// <param name="now">From when ages are counted.</param>
    /// <param name="believed">What is believed before; <see cref="CompletionForecast.Prior"/> when null.</param>
    public static ProviderTimes Learn(ProviderId provider, BatchLimits limits, CompletionPrior prior, TimesSeen seen, DateTimeOffset now, CompletionForecast? believed = null)
    {
        const double half = RouteForecast.Risk / 2;
        var batches = seen.Completions(limits.Window, now).ToList();
        var completion = (believed ?? CompletionForecast.Prior).Learn(provider.Value, batches.Select(Seen));
        var cancel = TimeBound.Learn([.. seen.Cancels.Select(one => one.Duration)], limits.CancelTime, half);
        var live = TimeBound.Learn([.. seen.Live.Select(one => one.Duration)], prior.LiveCall, half);
        var all = new RouteForecast { Completion = completion, Cancel = cancel, Live = live };

        var known = new Dictionary<(string, int), RouteForecast>();
        foreach (var model in batches.Select(one => one.Batch.Model).Concat(seen.Live.Select(one => one.Model)).Distinct(StringComparer.Ordinal))
        {
            var own = TimeBound.Learn([.. seen.Live.Where(one => one.Model == model).Select(one => one.Duration)], prior.LiveCall, half);
            var ofModel = batches.Where(one => one.Batch.Model == model).ToList();
            var forecast = all with
            {
                Completion = ofModel.Count == 0 ? completion : completion.Learn($"{provider}/{model}", ofModel.Select(Seen)),
                // A model that little is known of is not taken to be faster than the rest.
                Live = own.Seen >= TimeBound.Enough || own.Value > live.Value ? own : live,
            };
            known[(model, -1)] = forecast;
            foreach (var size in ofModel.GroupBy(one => SizeOf(one.Batch.Size)))
            {
                known[(model, size.Key)] = forecast with { Completion = forecast.Completion.Learn($"{provider}/{model}", size.Select(Seen)) };
            }
        }

        return new ProviderTimes(all, known.ToFrozenDictionary());

        CompletionSeen Seen((Observation Batch, bool IsCut) one) =>
            new(one.Batch.Duration, one.IsCut, Math.Pow(0.5, Math.Max((now - one.Batch.At) / HalfLife, 0)));
    }

    /// <summary>The forecast of a model's batches of about a size; of all its batches when the size is not known, of the provider's when the model is not.</summary>
    public RouteForecast Of(string model, int? size) =>
        (size is { } items && _known.TryGetValue((model, SizeOf(items)), out var narrow)) || _known.TryGetValue((model, -1), out narrow) ? narrow : _all;

    private static int SizeOf(int items) => items switch
    {
        <= 100 => 0,
        <= 1_000 => 1,
        <= 10_000 => 2,
        _ => 3,
    };
}
