using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>A decision with its context, for programs.</summary>
internal static class DecisionJson
{
    /// <summary>Writes a member with the decision; null where none is stored.</summary>
    public static void Write(Utf8JsonWriter writer, string name, StoredDecision? decision)
    {
        if (decision is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("at"u8, decision.Input.At);
        writer.WriteString("route"u8, Name(decision.Route));
        writer.WriteString("reason"u8, decision.Reason);
        Instant(writer, "leaves_batch_at", decision.EscalateAt);
        Money(writer, "expected_usd", decision.ExpectedUsd);
        WriteInput(writer, decision.Input);
        writer.WriteNumber("context_number"u8, decision.Context);
        writer.WriteString("context_key"u8, decision.ContextKey.ToString("n"));
        writer.WritePropertyName("context"u8);
        writer.WriteRawValue(decision.Text);
        WriteReplay(writer, decision);
        writer.WriteEndObject();
    }

    private static void WriteInput(Utf8JsonWriter writer, DecisionInput input)
    {
        writer.WriteStartObject("input"u8);
        Instant(writer, "deadline", input.Deadline);
        Number(writer, "input_tokens", input.MeanInput);
        Number(writer, "max_output_tokens", input.MaxOutput);
        writer.WriteNumber("choices"u8, input.Choices);
        Number(writer, "expected_output_tokens", input.ExpectedOutput);
        if (input.Cache is { } cache)
        {
            writer.WriteStartObject("cache"u8);
            writer.WriteNumber("prefix_tokens"u8, cache.PrefixTokens);
            writer.WriteNumber("live_hit_rate"u8, cache.LiveHitRate);
            writer.WriteNumber("batch_hit_rate"u8, cache.BatchHitRate);
            writer.WriteNumber("read_multiplier"u8, cache.ReadMultiplier);
            writer.WriteNumber("write_multiplier"u8, cache.WriteMultiplier);
            writer.WriteBoolean("stacks_with_batch"u8, cache.StacksWithBatch);
            if (cache.WarmFor is { } warm)
            {
                writer.WriteNumber("warm_for_seconds"u8, warm.TotalSeconds);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteReplay(Utf8JsonWriter writer, StoredDecision decision)
    {
        writer.WriteStartObject("replay"u8);
        try
        {
            WriteRoutes(writer, DecisionRoutes.Of(decision.Replay()));
        }
        catch (FormatException exception)
        {
            writer.WriteNull("same"u8);
            writer.WriteString("impossible"u8, exception.Message);
        }

        writer.WriteEndObject();
    }

    private static void WriteRoutes(Utf8JsonWriter writer, DecisionRoutes routes)
    {
        writer.WriteBoolean("same"u8, routes.Replay.IsSame);
        writer.WriteStartArray("differences"u8);
        foreach (var difference in routes.Replay.Differences)
        {
            writer.WriteStringValue(difference);
        }

        writer.WriteEndArray();
        Money(writer, "regret_usd", routes.Replay.Plan.RegretUsd);
        writer.WriteString("own_choice"u8, Name(routes.Own.Route));
        Money(writer, "live_usd", routes.Live.ExpectedUsd);
        writer.WriteBoolean("batch_possible"u8, routes.IsBatchPossible);
        if (routes.IsBatchPossible)
        {
            Money(writer, "batch_usd", routes.Batch.ExpectedUsd);
            Instant(writer, "batch_given_up_at", routes.Batch.EscalateAt);
            if (routes.Batch.Chance is { } chance)
            {
                writer.WriteNumber("batch_chance"u8, chance);
            }
        }
    }

    private static string Name(Route route) => route.ToString().ToLowerInvariant();

    private static void Instant(Utf8JsonWriter writer, string name, DateTimeOffset? at)
    {
        if (at is { } instant)
        {
            writer.WriteString(name, instant);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void Number(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void Money(Utf8JsonWriter writer, string name, decimal? usd)
    {
        if (usd is { } amount)
        {
            writer.WriteNumber(name, amount);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
