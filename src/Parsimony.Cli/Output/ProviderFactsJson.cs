using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>What providers can do, as JSON: each fact with its sources and the day they were read.</summary>
internal static class ProviderFactsJson
{
    /// <summary>Writes it to standard output.</summary>
    public static void Write(IReadOnlyList<ShownProvider> providers)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("providers"u8);
        foreach (var provider in providers)
        {
            writer.WriteStartObject();
            writer.WriteString("provider"u8, provider.Name);
            writer.WriteBoolean("known"u8, provider.Known is not null);
            writer.WriteString("note"u8, provider.Known?.Note);
            writer.WriteStartArray("facts"u8);
            foreach (var fact in provider.Facts)
            {
                Write(writer, fact);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ProviderFact fact)
    {
        writer.WriteStartObject();
        writer.WriteString("fact"u8, fact.Name);
        if (fact.Number is { } number)
        {
            writer.WriteNumber("value"u8, number);
            writer.WriteString("unit"u8, fact.Unit);
        }
        else
        {
            writer.WriteString("value"u8, fact.Word);
        }

        writer.WriteString("says"u8, fact.Says);
        writer.WriteBoolean("verified"u8, fact.IsVerified);
        writer.WriteStartArray("sources"u8);
        foreach (var source in fact.Sources)
        {
            writer.WriteStringValue(source);
        }

        writer.WriteEndArray();
        writer.WriteString("checked_on"u8, fact.CheckedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }
}
