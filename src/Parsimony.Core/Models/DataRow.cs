using System.Globalization;
using System.Text.Json;

namespace Parsimony;

/// <summary>One object of a data file while it is read: gives typed members, collects what is wrong with them, and ends by naming members nobody asked for.</summary>
internal sealed class DataRow(JsonElement element, string place, List<string> faults)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private string _place = place;

    /// <summary>Where it stands, as faults say.</summary>
    public string Place => _place;

    /// <summary>Reads a file whose root is an object with a <c>provider</c> and a list of <c>models</c>, and hands over each of these.</summary>
    public static void ReadModels(NamedFile file, List<string> faults, Action<ProviderId, DataRow> read) =>
        ReadRoot(file, faults, root => root.ReadProvider(read));

    /// <summary>Reads such a file, or one with a list of them under <c>prices</c> and a list of <c>discounts</c>; either list may be left out.</summary>
    public static void ReadBook(NamedFile file, List<string> faults, Action<ProviderId, DataRow> read, Action<DataRow> readDiscount) =>
        ReadRoot(file, faults, root =>
        {
            if (!root.Has("prices") && !root.Has("discounts"))
            {
                root.ReadProvider(read);
                return;
            }

            foreach (var provider in root.Has("prices") ? root.Rows("prices") : [])
            {
                provider.ReadProvider(read);
            }

            foreach (var discount in root.Has("discounts") ? root.Rows("discounts") : [])
            {
                readDiscount(discount);
            }

            root.End("notes", "unit");
        });

    public void Fault(string what) => faults.Add($"{_place}: {what}");

    public string? Text(string member)
    {
        if (Find(member, JsonValueKind.String, "a text") is { } value && value.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        return null;
    }

    public string RequiredText(string member)
    {
        if (!element.TryGetProperty(member, out _))
        {
            Fault($"{member} is missing");
        }

        return Text(member) ?? "";
    }

    public DateOnly? Date(string member)
    {
        if (Text(member) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Fault($"{member} '{text}' is not a date like 2026-10-24");
        return null;
    }

    /// <summary>A day, or a month where the source names no day.</summary>
    public string DayOrMonth(string member)
    {
        var text = RequiredText(member);
        if (text.Length > 0 && !DateOnly.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            Fault($"{member} '{text}' is not a date like 2026-10-24");
        }

        return text;
    }

    public decimal? Price(string member)
    {
        if (Find(member, JsonValueKind.Number, "a number") is not { } value)
        {
            return null;
        }

        if (value.TryGetDecimal(out var price) && price >= 0)
        {
            return price;
        }

        Fault($"{member} {value.GetRawText()} is not a price of zero or more");
        return null;
    }

    public int? Count(string member)
    {
        if (Find(member, JsonValueKind.Number, "a number") is not { } value)
        {
            return null;
        }

        if (value.TryGetInt32(out var count) && count > 0)
        {
            return count;
        }

        Fault($"{member} {value.GetRawText()} is not a whole number above zero");
        return null;
    }

    public bool? Flag(string member)
    {
        if (!TryGet(member, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Fault($"{member} is not true or false");
        return null;
    }

    public IReadOnlyList<string> Texts(string member)
    {
        var texts = new List<string>();
        if (Find(member, JsonValueKind.Array, "a list") is { } list)
        {
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text)
                {
                    texts.Add(text);
                }
                else
                {
                    Fault($"{member} holds something else than texts");
                }
            }
        }

        return texts;
    }

    public DataRow? Row(string member) =>
        Find(member, JsonValueKind.Object, "an object") is { } value ? new DataRow(value, $"{_place}, {member}", faults) : null;

    public IEnumerable<DataRow> Rows(string member)
    {
        if (Find(member, JsonValueKind.Array, "a list") is not { } list)
        {
            Fault($"{member} is missing or not a list");
            yield break;
        }

        var number = 0;
        foreach (var item in list.EnumerateArray())
        {
            number++;
            var itemPlace = string.Create(CultureInfo.InvariantCulture, $"{_place}, {member} {number}");
            if (item.ValueKind == JsonValueKind.Object)
            {
                yield return new DataRow(item, itemPlace, faults);
            }
            else
            {
                faults.Add($"{itemPlace}: not an object");
            }
        }
    }

    /// <summary>Names members that were not asked for: a misspelt price would otherwise count as unknown.</summary>
    public void End(params ReadOnlySpan<string> ignored)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (!_asked.Contains(member.Name) && !ignored.Contains(member.Name))
            {
                Fault($"unknown member {member.Name}");
            }
        }
    }

    public bool Has(string member) => TryGet(member, out _);

    /// <summary>A time of day, to the minute.</summary>
    public TimeOnly? TimeOfDay(string member)
    {
        var text = RequiredText(member);
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time;
        }

        if (text.Length > 0)
        {
            Fault($"{member} '{text}' is not a time like 16:30");
        }

        return null;
    }

    private static void ReadRoot(NamedFile file, List<string> faults, Action<DataRow> read)
    {
        try
        {
            using var document = JsonDocument.Parse(file.Content);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                read(new DataRow(document.RootElement, file.Name, faults));
            }
            else
            {
                faults.Add($"{file.Name}: the root is not an object");
            }
        }
        catch (JsonException e)
        {
            faults.Add($"{file.Name}: not JSON, line {(e.LineNumber + 1)?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}");
        }
    }

    private void ReadProvider(Action<ProviderId, DataRow> read)
    {
        if (!ProviderId.TryParse(Text("provider"), out var provider))
        {
            Fault("provider is missing or unknown");
            return;
        }

        foreach (var row in Rows("models"))
        {
            row.Name(row.Text("model"));
            read(provider, row);
        }
    }

    private void Name(string? name)
    {
        if (name is null)
        {
            Fault("model is missing");
        }
        else
        {
            _place += $" ({name})";
        }
    }

    private bool TryGet(string member, out JsonElement value)
    {
        _asked.Add(member);
        return element.TryGetProperty(member, out value);
    }

    private JsonElement? Find(string member, JsonValueKind kind, string kindName)
    {
        if (!TryGet(member, out var value))
        {
            return null;
        }

        if (value.ValueKind == kind)
        {
            return value;
        }

        Fault($"{member} is not {kindName}");
        return null;
    }
}
