using System.Text;

namespace Parsimony.Core.Tests;

/// <summary>A request and what it is decided on, to be varied.</summary>
internal sealed record PlannedCase(PlanContext Context)
{
    public static DateTimeOffset Now => Given.November;

    public static BatchLimits Limits { get; } = new()
    {
        MaxRequests = 50_000,
        MaxBytes = 200_000_000,
        OneModelPerBatch = true,
        Window = TimeSpan.FromHours(24),
        KeepsFinishedOnExpiry = true,
        OrphanSearch = OrphanSearch.ByKey,
        CancelTime = TimeSpan.FromMinutes(10),
    };

    public static CompletionForecast Learnt { get; } = CompletionForecast.Prior.Learn("openAI/m", CompletionForecastTests.Drawn(500, 40, 1.1, 0.01, 21));

    public static PlannedCase Plain { get; } = new(new PlanContext
    {
        Now = Now,
        Batch = Limits,
        BatchingEnabled = true,
        Prices = Prices(0.5m),
        Forecast = Before with { Completion = Learnt },
    });

    private static RouteForecast Before => RouteForecast.Before(Limits.CancelTime, CompletionPrior.Fixed);

    public double? DeadlineHours { get; init; }

    public ModelId Model { get; init; } = new(ProviderId.OpenAI, "m");

    public TokenEstimate? Tokens { get; init; } = new TokenEstimate(10_000, 12_000, 500, 1);

    public DataConstraints Constraints { get; init; } = DataConstraints.None;

    public bool Accepts { get; init; } = true;

    public static PriceList Prices(decimal batchShare) => PriceList.Default.With(
    [
        new PriceOverride { Model = new ModelId(ProviderId.OpenAI, "m"), Input = 2, Output = 10 },
        new PriceOverride { Model = new ModelId(ProviderId.OpenAI, "m"), Tier = PriceTier.Batch, Input = 2 * batchShare, Output = 10 * batchShare },
    ]);

    public PlannedCase With(double deadlineHours) => this with { DeadlineHours = deadlineHours };

    public PlannedCase Believing(CompletionForecast? completion) =>
        this with { Context = Context with { Forecast = completion is null ? null : (Context.Forecast ?? Before) with { Completion = completion } } };

    public PlannedCase Priced(PriceList prices) => this with { Context = Context with { Prices = prices } };

    public PlannedCase Cached(CacheOutlook? outlook) => this with { Context = Context with { Cache = outlook } };

    public PlannedCase Preferring(RoutePreference? preference) => this with { Context = Context with { Preference = preference } };

    public PlanRequest Request => new()
    {
        Envelope = new Envelope { Kind = EndpointKind.Chat, Dialect = Dialect.Canonical, Model = Model, Bytes = Encoding.UTF8.GetBytes("{}") },
        Deadline = DeadlineHours is { } hours ? Now.AddHours(hours) : null,
        IsBulk = true,
        Tokens = Tokens,
        Constraints = Constraints,
        BatchAccepts = Accepts,
    };

    public Plan Plan() => Planner.Plan(Request, Context);
}
