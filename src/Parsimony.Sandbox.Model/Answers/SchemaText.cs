using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Strings of a schema's format and length. Patterns are not followed: a simulated answer may miss one.</summary>
internal static class SchemaText
{
    public static string Write(JsonElement schema, string free)
    {
        var text = (schema.TryGetProperty("format", out var format) ? format.ToString() : "") switch
        {
            "date" => "2026-01-01",
            "date-time" => "2026-01-01T00:00:00Z",
            "time" => "00:00:00Z",
            "duration" => "PT1H",
            "email" => "simulated@example.com",
            "hostname" => "simulated.example.com",
            "ipv4" => "192.0.2.1",
            "ipv6" => "2001:db8::1",
            "uri" or "url" => "https://example.com/simulated",
            "uuid" => "00000000-0000-4000-8000-000000000000",
            _ => free,
        };
        if (SchemaNumber.Limit(schema, "maxLength") is { } most && text.Length > most)
            text = text[..(int)most];
        if (SchemaNumber.Limit(schema, "minLength") is { } least && text.Length < least)
            text = text.PadRight((int)Math.Min(least, 100_000), '.');
        return text;
    }
}
