using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parsimony;

/// <summary>Writes contexts: members in one order, nothing that is null, numbers so that they are read back exactly.</summary>
internal static class DecisionContextWriter
{
    public static string Write(PlanRequest request, PlanContext context, PriceRow? prices)
    {
        var bytes = new ArrayBufferWriter<byte>(2_048);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("version", DecisionContext.Version);
            json.WriteString("provider", request.Envelope.Model.Provider.Value);
            json.WriteString("model", request.Envelope.Model.Name);
            json.WriteString("kind", request.Envelope.Kind.ToString());
            json.WriteBoolean("bulk", request.IsBulk);
            json.WriteBoolean("batch_takes_it", request.BatchAccepts);
            json.WriteBoolean("batching", context.BatchingEnabled);
            Text(json, "constraints", request.Constraints.IsNone ? null : request.Constraints.ToString());
            Text(json, "shut", context.ShutBecause);
            Span(json, "batch_timeout", context.BatchTimeout);
            Span(json, "flex_time", context.FlexTime);
            if (context.Preference is { } preference)
            {
                json.WriteStartObject("preference");
                json.WriteString("route", preference.Route.ToString());
                json.WriteString("setting", preference.Setting);
                json.WriteEndObject();
            }

            Assumed(json, context.Completion);
            Limits(json, context.Batch);
            Forecast(json, context.Forecast);
            Prices(json, prices, withFlex: context.FlexTime is not null);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Assumed(Utf8JsonWriter json, CompletionPrior prior)
    {
        json.WriteStartObject("assumed");
        json.WriteString("name", prior.Name);
        Span(json, "typical", prior.Typical);
        Span(json, "live_call", prior.LiveCall);
        Span(json, "fill", prior.Fill);
        json.WriteEndObject();
    }

    private static void Limits(Utf8JsonWriter json, BatchLimits? limits)
    {
        if (limits is null)
        {
            return;
        }

        json.WriteStartObject("batch_limits");
        json.WriteNumber("requests", limits.MaxRequests);
        json.WriteNumber("bytes", limits.MaxBytes);
        Number(json, "queued_requests", limits.MaxQueuedRequests);
        Number(json, "queued_tokens", limits.MaxQueuedTokens);
        json.WriteBoolean("one_model", limits.OneModelPerBatch);
        Span(json, "window", limits.Window);
        Span(json, "result_retention", limits.ResultRetention);
        json.WriteBoolean("keeps_finished", limits.KeepsFinishedOnExpiry);
        json.WriteString("orphan_search", limits.OrphanSearch.ToString());
        Span(json, "cancel_time", limits.CancelTime);
        Span(json, "poll_interval", limits.PollInterval);
        json.WriteEndObject();
    }

    private static void Forecast(Utf8JsonWriter json, RouteForecast? forecast)
    {
        if (forecast is null)
        {
            return;
        }

        json.WriteStartObject("forecast");
        json.WriteString("name", forecast.Completion.Name);
        json.WriteNumber("seen", forecast.Completion.Seen);
        json.WriteNumber("evidence", forecast.Completion.Evidence);
        Bound(json, "cancel", forecast.Cancel);
        Bound(json, "live", forecast.Live);
        json.WriteStartArray("running");
        foreach (var share in forecast.Completion.Table)
        {
            json.WriteNumberValue(share);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Bound(Utf8JsonWriter json, string name, TimeBound bound)
    {
        json.WriteStartObject(name);
        Span(json, "value", bound.Value);
        json.WriteNumber("seen", bound.Seen);
        json.WriteEndObject();
    }

    private static void Prices(Utf8JsonWriter json, PriceRow? row, bool withFlex)
    {
        if (row is null)
        {
            return;
        }

        json.WriteStartObject("prices");
        json.WriteString("source", row.Source);
        Tier(json, "live", row.Live);
        Tier(json, "batch", row.Batch);
        Tier(json, "flex", withFlex ? row.Flex : null);
        json.WriteEndObject();
    }

    private static void Tier(Utf8JsonWriter json, string name, PriceTierRates? rates)
    {
        if (rates is null)
        {
            return;
        }

        json.WriteStartObject(name);
        Money(json, "input", rates.Short.Input);
        Money(json, "output", rates.Short.Output);
        if (rates.Long is { } band)
        {
            json.WriteNumber("above", rates.AbovePromptTokens);
            Money(json, "long_input", band.Input);
            Money(json, "long_output", band.Output);
        }

        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Money(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } amount)
        {
            json.WriteNumber(name, amount);
        }
    }

    private static void Span(Utf8JsonWriter json, string name, TimeSpan? value)
    {
        if (value is { } span)
        {
            json.WriteString(name, span.ToString("c", CultureInfo.InvariantCulture));
        }
    }
}
