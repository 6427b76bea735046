using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>Reading replies that may lack anything: a missing member, a null or a wrong type is simply absent.</summary>
internal static class JsonMembers
{
    public static JsonElement? Member(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static JsonElement? Object(this JsonElement parent, string name) =>
        parent.Member(name) is { ValueKind: JsonValueKind.Object } value ? value : null;

    public static string? Text(this JsonElement parent, string name) =>
        parent.Member(name) is { ValueKind: JsonValueKind.String } value ? value.ReadText() : null;

    /// <summary>A string's text; half surrogates and bytes that are no UTF-8, which models do write, become replacement characters.</summary>
    public static string ReadText(this JsonElement value)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return JsonRepair.Text(JsonMarshal.GetRawUtf8Value(value));
        }
    }

    public static long? Count(this JsonElement parent, string name) =>
        parent.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static IEnumerable<JsonElement> Items(this JsonElement parent, string name) =>
        parent.Member(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];
}
