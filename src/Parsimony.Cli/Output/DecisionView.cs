using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>What a request's route was decided on, in words, and whether it is decided the same again.</summary>
internal static class DecisionView
{
    /// <summary>The lines of a decision.</summary>
    public static IEnumerable<string> Lines(StoredDecision decision)
    {
        yield return $"decided   {decision.Input.At.ToUniversalTime():u} on context {decision.Context} ({decision.ContextKey:n})";
        yield return $"          {decision.Reason}";
        DecisionRoutes? routes = null;
        var why = "";
        try
        {
            routes = DecisionRoutes.Of(decision.Replay());
        }
        catch (FormatException exception)
        {
            why = exception.Message;
        }

        foreach (var line in routes is null ? [$"replayed  not possible: {why}"] : Lines(decision, routes))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Lines(StoredDecision decision, DecisionRoutes routes)
    {
        var (request, context) = (routes.Replay.Request, routes.Replay.Context);
        yield return "asked     " + Asked(request, decision.Input);
        yield return "prices    " + Prices(context);
        yield return "times     " + Times(context);
        if (context.Cache is { } cache)
        {
            yield return Text($"cache     {cache.PrefixTokens:N0} tokens of prefix, read live {Share(cache.LiveHitRate)}, in batches {(cache.StacksWithBatch ? Share(cache.BatchHitRate) : "never")}{(cache.WarmFor is { } warm ? $", kept {warm.TotalMinutes:N0} m more" : "")}");
        }

        yield return "live      " + Cost(routes.Live.ExpectedUsd);
        yield return "batch     " + Batch(routes);
        if (context.FlexTime is not null)
        {
            yield return "flex      " + (FlexibleTier.Of(request, context, RouteCosts.Of(request, context)) is { } flex ? Cost(flex.ExpectedUsd) : "not possible");
        }

        if (context.Preference is { } preference)
        {
            yield return $"asked for {preference.Setting}{(routes.Replay.Plan.Route == preference.Route ? Regret(routes) : ", which was not possible")}";
        }

        yield return routes.Replay.IsSame ? "replayed  the same plan" : "replayed  not the same plan:";
        foreach (var difference in routes.Replay.Differences)
        {
            yield return "          " + difference;
        }
    }

    private static string Asked(PlanRequest request, DecisionInput input)
    {
        var deadline = input.Deadline is { } at ? $"deadline {at.ToUniversalTime():u}, {Span(at - input.At)} later" : "no deadline";
        var tokens = input.MeanInput is { } mean
            ? Text($", about {mean:N0} tokens in, {(input.MaxOutput is { } most ? Text($"at most {most:N0} out") : "no limit on output")}")
            : ", tokens not counted";
        return $"{(request.IsBulk ? "one of many" : "a single call")}, {deadline}{tokens}{(request.Constraints.IsNone ? "" : $", constraint {request.Constraints}")}";
    }

    private static string Prices(PlanContext context)
    {
        var lines = context.Prices.Lines(DateOnly.FromDateTime(context.Now.UtcDateTime));
        return lines.Count == 0
            ? "none known"
            : "USD per million tokens: " + string.Join("; ", lines.Select(line =>
                $"{line.Tier.ToString().ToLowerInvariant()} {Price(line.Input)} in, {Price(line.Output)} out{(line.AbovePromptTokens is { } above ? Text($" over {above:N0} tokens") : "")}"))
            + $" ({lines[0].Source})";
    }

    private static string Times(PlanContext context)
    {
        if (context.Batch is not { } limits)
        {
            return "no batches there";
        }

        if (context.Forecast is not { } forecast)
        {
            return $"assumed ({context.Completion.Name}): a batch is done within {Span(context.Completion.Typical)}, {Span(limits.CancelTime)} to cancel it, {Span(context.Completion.LiveCall)} for a live call";
        }

        var completion = forecast.Completion;
        var half = completion.Quantile(0.5) is { } median ? $"half of batches done in {Span(median)}, " : "";
        var learnt = completion.Evidence < 0.5 ? "believed before anything was seen" : Text($"learnt of {completion.Name} (seen: {Math.Round(completion.Evidence):N0})");
        return $"{learnt}: {half}{Share(completion.StuckShare)} never; at most {Span(forecast.Cancel.Value)} to cancel, {Span(forecast.Live.Value)} for a live call";
    }

    private static string Batch(DecisionRoutes routes)
    {
        if (!routes.IsBatchPossible)
        {
            return routes.IsTimeShort ? "not possible: too little time" : "not possible: " + routes.Own.Reason.Replace("live: ", "", StringComparison.Ordinal);
        }

        var chance = routes.Batch.Chance is { } share ? $", {Share(share)} done by then" : "";
        return $"{Cost(routes.Batch.ExpectedUsd)}{(routes.Batch.EscalateAt is { } at ? $", given up at {at.ToUniversalTime():u}{chance}" : chance)}";
    }

    private static string Regret(DecisionRoutes routes) => routes.Replay.Plan.RegretUsd switch
    {
        null => "; what that costs is unknown",
        0 => "; the planner's own choice",
        { } regret => $", {Usd.Format(regret)} USD over the planner's own choice",
    };

    private static string Cost(decimal? usd) => usd is { } amount ? $"{Usd.Format(amount)} USD expected" : "cost unknown";

    private static string Price(decimal? usd) => usd is { } amount ? amount.ToString("0.00##########", CultureInfo.InvariantCulture) : "?";

    // Cut, not rounded, as in reasons.
    private static string Share(double share) => Text($"{Math.Floor((share * 1000) + 1e-9) / 10:0.0} %");

    private static string Span(TimeSpan span) => span < TimeSpan.Zero ? "no time"
        : span.TotalHours >= 1 ? Text($"{(long)span.TotalHours}h{span.Minutes:00}m")
        : Text($"{span.Minutes}m{span.Seconds:00}s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
