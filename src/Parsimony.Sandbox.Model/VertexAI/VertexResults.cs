using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Sandbox.Model;

/// <summary>
/// The lines of a job's output: the request echoed, and the response or a status that says why not
/// (docs.cloud.google.com/gemini-enterprise-agent-platform/models/capabilities/batch-prediction-from-cloud-storage, read 2026-11-20).
/// </summary>
internal sealed class VertexResults(WorldState state)
{
    public ResultLines Lines(BatchState batch, bool cutsLast) =>
        new(batch, Enumerable.Range(0, batch.Done.Count).ToList(), shaped: true, cutsLast, (reader, index) => Render(batch, reader, index), Rename);

    private static byte[] Rename(byte[] line, string id)
    {
        if (JsonNode.Parse(line) is not JsonObject root)
            return line;
        if (root.ContainsKey("custom_id"))
            root["custom_id"] = id;
        else if (root["request"]?["labels"] is JsonObject { Count: > 0 } labels)
            labels[labels.First().Key] = id;
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private byte[] Render(BatchState batch, ContentReader reader, int index) => JsonBytes.Of(writer =>
    {
        var item = BatchItems.Of(batch)[index];
        var input = JsonElement.Parse(reader.Slice(item.Offset, item.Length));
        var done = batch.Done[index];
        var refusal = done.End == ItemEnd.Succeeded ? null : BatchAnswers.ReasonOf(state, batch, reader, done);
        if (input.Text("custom_id") is { } id)
            writer.WriteString("custom_id", id);
        writer.WriteString("status", refusal is null ? "" : StatusOf(refusal));
        writer.WriteString("processed_time", GeminiWire.Time(done.At + batch.Skew));
        if (input.Get("request") is { } request)
        {
            writer.WritePropertyName("request");
            request.WriteTo(writer);
        }

        if (refusal is not null)
            return;
        writer.WriteStartObject("response");
        BatchAnswers.Write(writer, state, batch, reader, done);
        writer.WriteEndObject();
    });

    private static string StatusOf(Refusal refusal) =>
        (refusal.Status < 500 ? "Bad Request: " : "Internal Server Error: ") + Encoding.UTF8.GetString(JsonBytes.Of(writer => GeminiWire.WriteError(writer, refusal)));
}
