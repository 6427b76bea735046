using System.Buffers;
using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>OpenAI's list shape.</summary>
internal static class OpenAIPage
{
    /// <summary>Writes the members of a list.</summary>
    /// <param name="writer">A writer inside an object.</param>
    /// <param name="rows">The page, with one row more when there are further ones.</param>
    /// <param name="limit">Rows to show.</param>
    /// <param name="id">A row's id.</param>
    /// <param name="write">Writes a row's members.</param>
    /// <param name="hasCursor">The next page is named by a cursor.</param>
    public static void Write<T>(Utf8JsonWriter writer, IReadOnlyList<T> rows, int limit, Func<T, string> id, Action<T> write, bool hasCursor = false)
    {
        var shown = Math.Min(limit, rows.Count);
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        for (var i = 0; i < shown; i++)
        {
            writer.WriteStartObject();
            write(rows[i]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (hasCursor)
        {
            writer.WriteStartObject("paging");
            writer.WriteString("next_cursor", rows.Count > shown ? id(rows[shown - 1]) : null);
            writer.WriteEndObject();
            return;
        }

        writer.WriteString("first_id", shown == 0 ? null : id(rows[0]));
        writer.WriteString("last_id", shown == 0 ? null : id(rows[shown - 1]));
        writer.WriteBoolean("has_more", rows.Count > shown);
    }

    /// <summary>All rows as an array.</summary>
    public static byte[] Bare<T>(IReadOnlyList<T> rows, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var row in rows)
            {
                writer.WriteStartObject();
                write(writer, row);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
