using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>The product's own planner and forecast, learning as batches end.</summary>
internal sealed class LearningPolicy
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(30);
    private static readonly ModelId Model = new(ProviderId.OpenAI, "simulated");

    private readonly PriorityQueue<(int Provider, DateTimeOffset Began, Observation Seen), DateTimeOffset> _coming = new();
    private readonly SeenTimes[] _seen = [.. Enumerable.Range(0, DrawnBatch.Providers).Select(_ => new SeenTimes())];
    private readonly RouteForecast?[] _forecasts = new RouteForecast?[DrawnBatch.Providers];
    private readonly CompletionForecast? _believed;
    private readonly PlanContext _context;
    private readonly PlanRequest _request;
    private DateTimeOffset _learntAt = DateTimeOffset.MinValue;

    public LearningPolicy(RouteScenario scenario)
    {
        _believed = scenario.Believed;
        _context = new PlanContext
        {
            Now = default,
            BatchingEnabled = true,
            Batch = new BatchLimits
            {
                MaxRequests = 50_000,
                MaxBytes = 200_000_000,
                OneModelPerBatch = true,
                Window = TimeSpan.FromHours(24),
                KeepsFinishedOnExpiry = !scenario.IsCancelledBilled,
                OrphanSearch = OrphanSearch.ByKey,
            },
            Prices = PriceList.Default.With(
            [
                new PriceOverride { Model = Model, Input = 1, Output = 1 },
                new PriceOverride { Model = Model, Tier = PriceTier.Batch, Input = 0.5m, Output = 0.5m },
            ]),
        };
        _request = new PlanRequest
        {
            Envelope = new Envelope { Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Model = Model, Bytes = "{}"u8.ToArray() },
            BatchAccepts = true,
            Tokens = new TokenEstimate(1_000, 2_000, 100, 1),
        };
    }

    /// <summary>After how long the batch is to leave; null to send it live at once.</summary>
    public TimeSpan? Plan(DrawnBatch batch)
    {
        Learn(batch.At);
        var plan = Planner.Plan(
            _request with { Deadline = batch.At + batch.Room },
            _context with { Now = batch.At, Forecast = _forecasts[batch.Provider] });
        return plan.EscalateAt - batch.At;
    }

    /// <summary>Notes what will be seen of a batch, when it will be.</summary>
    public void Began(DrawnBatch batch, TimeSpan? leaves, RouteEnding ending)
    {
        if (leaves is not { } after)
        {
            return;
        }

        _seen[batch.Provider].Running.Add(batch.At);
        if (ending.IsEscalated)
        {
            See(ObservationKind.BatchCut, after, batch.At + after + batch.Cancel);
            See(ObservationKind.BatchCancel, batch.Cancel, batch.At + after + batch.Cancel);
            See(ObservationKind.LiveCall, batch.Live, batch.At + after + batch.Cancel + batch.Live);
        }
        else
        {
            See(ObservationKind.BatchCompletion, batch.Took ?? after, batch.At + (batch.Took ?? after));
        }

        void See(ObservationKind kind, TimeSpan took, DateTimeOffset at) =>
            _coming.Enqueue((batch.Provider, batch.At, new Observation(kind, Model.Provider, Model.Name, 100, took, at)), at);
    }

    private void Learn(DateTimeOffset now)
    {
        while (_coming.TryPeek(out var next, out var at) && at <= now)
        {
            _coming.Dequeue();
            _seen[next.Provider].Add(next.Seen, next.Began);
        }

        if (now - _learntAt < Refresh)
        {
            return;
        }

        _learntAt = now;
        for (var provider = 0; provider < _seen.Length; provider++)
        {
            var times = ProviderTimes.Learn(
                ProviderId.OpenAI, _context.Batch ?? throw new InvalidOperationException("There are always limits here."), CompletionPrior.Fixed, _seen[provider].At(now), now, _believed);
            _forecasts[provider] = times.Of(Model.Name, 100);
        }
    }
}
