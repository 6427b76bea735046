using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parsimony.Sandbox.Model;

/// <summary>What a job leaves behind: a record for each request that was worked off, with its input echoed, and the counts.</summary>
internal static class BedrockResults
{
    public static ResultLines Lines(WorldState state, BatchState batch, bool cutsLast) =>
        new(batch, [.. Enumerable.Range(0, batch.Done.Count)], shaped: true, cutsLast, (reader, index) => Render(state, batch, reader, index), Rename);

    public static byte[] Manifest(WorldState state, BatchState batch)
    {
        var answered = batch.Done.Where(done => done.End == ItemEnd.Succeeded).ToList();
        var usage = answered.Where(done => done.Billed > 0).Select(done => state.Bill.At(done.Billed).Usage).ToList();
        return JsonBytes.Of(writer =>
        {
            writer.WriteNumber("totalRecordCount", batch.Count);
            writer.WriteNumber("processedRecordCount", batch.Done.Count);
            writer.WriteNumber("successRecordCount", answered.Count);
            writer.WriteNumber("errorRecordCount", batch.Done.Count - answered.Count);
            writer.WriteNumber("inputTokenCount", usage.Sum(u => u.TotalInput));
            writer.WriteNumber("outputTokenCount", usage.Sum(u => u.Output));
        });
    }

    private static byte[] Rename(byte[] line, string id)
    {
        if (JsonNode.Parse(line) is not JsonObject root)
            return line;
        root["recordId"] = id;
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    // The input comes first and the id last, as it is seen in practice: a reader may count on no order.
    private static byte[] Render(WorldState state, BatchState batch, ContentReader reader, int index) => JsonBytes.Of(writer =>
    {
        var item = BatchItems.Of(batch)[index];
        writer.WritePropertyName("modelInput");
        writer.WriteRawValue(JsonElement.Parse(reader.Slice(item.Offset, item.Length)).Get("modelInput")?.GetRawText() ?? "{}");
        var done = batch.Done[index];
        if (done.End == ItemEnd.Succeeded)
        {
            writer.WriteStartObject("modelOutput");
            BatchAnswers.Write(writer, state, batch, reader, done);
            writer.WriteEndObject();
        }
        else
        {
            var reason = BatchAnswers.ReasonOf(state, batch, reader, done);
            writer.WriteStartObject("error");
            writer.WriteNumber("errorCode", reason.Status);
            writer.WriteString("errorMessage", reason.Message);
            writer.WriteEndObject();
        }

        writer.WriteString("recordId", item.CustomId);
    });
}
