using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Parsimony.Engine;

/// <summary>One row as a line of JSON: the same row gives the same bytes whatever database it lies in. Empty values are left out.</summary>
/// <remarks>
/// Amounts are texts without trailing zeros, instants ISO 8601 in UTC, bytes base64. A payload is a text where it is UTF-8 (<c>body</c>), else base64 (<c>body64</c>).
/// </remarks>
internal static class MovedLine
{
    private const string Kind = "t";
    private const string Encoded = "64";

    internal static void Write(Utf8JsonWriter writer, MovedNoun noun, object?[] row)
    {
        writer.WriteStartObject();
        writer.WriteString(Kind, noun.Table);
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] is { } value)
            {
                Write(writer, noun.Columns[i], value);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The kind of a line.</summary>
    internal static string? KindOf(JsonElement line) =>
        line.ValueKind == JsonValueKind.Object && line.TryGetProperty(Kind, out var kind) && kind.ValueKind == JsonValueKind.String ? kind.GetString() : null;

    /// <summary>The row of a line.</summary>
    /// <exception cref="FormatException">A member is not what its column wants.</exception>
    internal static object?[] Read(MovedNoun noun, JsonElement line)
    {
        var row = new object?[noun.Columns.Count];
        for (var i = 0; i < row.Length; i++)
        {
            var (name, type) = noun.Columns[i];
            try
            {
                row[i] = line.TryGetProperty(name, out var member) ? Read(member, type)
                    : type == MovedType.Payload && line.TryGetProperty(name + Encoded, out var encoded) ? encoded.GetBytesFromBase64() : null;
            }
            catch (Exception exception) when (exception is FormatException or InvalidOperationException)
            {
                throw new FormatException($"{noun.Table}.{name} is not a {type}.", exception);
            }
        }

        return row;
    }

    private static void Write(Utf8JsonWriter writer, MovedColumn column, object value)
    {
        switch (value)
        {
            case long number:
                writer.WriteNumber(column.Name, number);
                break;
            case bool flag:
                writer.WriteBoolean(column.Name, flag);
                break;
            case DateTimeOffset time:
                writer.WriteString(column.Name, time.UtcDateTime);
                break;
            case decimal amount:
                writer.WriteString(column.Name, WriteAmount(amount));
                break;
            case Guid id:
                writer.WriteString(column.Name, id);
                break;
            case byte[] bytes when column.Type == MovedType.Bytes || !Utf8.IsValid(bytes):
                writer.WriteBase64String(column.Type == MovedType.Bytes ? column.Name : column.Name + Encoded, bytes);
                break;
            case byte[] text:
                writer.WriteString(column.Name, text.AsSpan());
                break;
            default:
                writer.WriteString(column.Name, value.ToString());
                break;
        }
    }

    // Trailing zeros are a matter of how a sum came about.
    internal static string WriteAmount(decimal amount) => (amount / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static object? Read(JsonElement member, MovedType type) => type switch
    {
        MovedType.Integer => member.GetInt64(),
        MovedType.Flag => member.GetBoolean(),
        MovedType.Time => member.GetDateTimeOffset(),
        MovedType.Money => decimal.Parse(member.GetString() ?? "", NumberStyles.Number, CultureInfo.InvariantCulture),
        MovedType.Uuid => member.GetGuid(),
        MovedType.Bytes => member.GetBytesFromBase64(),
        MovedType.Payload => System.Text.Encoding.UTF8.GetBytes(member.GetString() ?? ""),
        _ => member.GetString(),
    };
}
