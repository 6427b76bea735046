using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Numbers inside a schema's bounds.</summary>
internal static class SchemaNumber
{
    private const double DefaultSpan = 10;

    public static long Integer(JsonElement schema, ulong chance)
    {
        var (low, high) = Bounds(schema, step: 1);
        var least = (long)Math.Ceiling(low);
        var most = Math.Max(least, (long)Math.Floor(high));
        if (Read(schema, "multipleOf") is { } multiple && multiple >= 1)
        {
            var unit = (long)multiple;
            var first = (long)Math.Ceiling((double)least / unit);
            var last = Math.Max(first, (long)Math.Floor((double)most / unit));
            return unit * Between(first, last, chance);
        }

        return Between(least, most, chance);
    }

    public static double Number(JsonElement schema, ulong chance)
    {
        var (low, high) = Bounds(schema, step: 0.01);
        var value = Math.Round(low + ((high - low) * StableHash.Fraction(chance)), 2);
        if (Read(schema, "multipleOf") is { } multiple && multiple > 0)
            value = Math.Ceiling(low / multiple) * multiple;
        return Math.Clamp(value, low, high);
    }

    /// <summary>A non-negative size such as <c>minItems</c>; null where the schema has none.</summary>
    public static long? Limit(JsonElement schema, string name) => Read(schema, name) is { } value ? (long)Math.Clamp(value, 0, int.MaxValue) : null;

    private static long Between(long least, long most, ulong chance)
    {
        var span = (ulong)(most - least);
        return span == ulong.MaxValue ? (long)chance : least + (long)(chance % (span + 1));
    }

    private static (double Low, double High) Bounds(JsonElement schema, double step)
    {
        var low = Read(schema, "minimum") ?? (Read(schema, "exclusiveMinimum") is { } above ? above + step : null);
        var high = Read(schema, "maximum") ?? (Read(schema, "exclusiveMaximum") is { } below ? below - step : null);
        var least = low ?? (high is { } top ? Math.Min(0, top - DefaultSpan) : 0);
        var most = high ?? (least + DefaultSpan);
        return (least, Math.Max(least, most));
    }

    private static double? Read(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;
}
