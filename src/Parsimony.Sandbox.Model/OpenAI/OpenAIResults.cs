using System.Text;
using System.Text.Json.Nodes;

namespace Parsimony.Sandbox.Model;

/// <summary>The two result files of a batch, made as they are read.</summary>
internal sealed class OpenAIResults(WorldState state, OpenAIShape shape)
{
    public ResultLines Lines(StoredFile file, bool cutsLast)
    {
        var batch = state.Batches[file.Batch - 1];
        var indexes = Enumerable.Range(0, batch.Count).Where(i => IsError(batch, i) == file.HoldsErrors).ToList();

        // Faults shape the output file, or the error file when it is all there is.
        var shaped = !file.HoldsErrors || batch.Done.TrueForAll(done => done.End != ItemEnd.Succeeded);
        return new ResultLines(batch, indexes, shaped, cutsLast, (reader, index) => Render(batch, reader, index), Rename);
    }

    public static byte[] Rename(byte[] line, string id) => Rename(line, id, "custom_id");

    public static byte[] Rename(byte[] line, string id, string member)
    {
        if (JsonNode.Parse(line) is not JsonObject root)
            return line;
        root[member] = id;
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static bool IsError(BatchState batch, int index) => index >= batch.Done.Count || batch.Done[index].End != ItemEnd.Succeeded;

    private byte[] Render(BatchState batch, ContentReader reader, int index) => JsonBytes.Of(writer =>
    {
        var key = state.NewId("", batch.Id, index);
        if (shape.LinesHaveIds)
            writer.WriteString("id", "batch_req_" + key);
        writer.WriteString("custom_id", BatchItems.Of(batch)[index].CustomId);
        if (index >= batch.Done.Count)
        {
            writer.WriteNull("response");
            writer.WriteStartObject("error");
            var expired = batch.Phase == BatchPhase.Expired;
            writer.WriteString("code", expired ? "batch_expired" : "batch_cancelled");
            writer.WriteString("message", expired
                ? "This request could not be executed before the completion window expired."
                : "This request was not executed because the batch was cancelled.");
            writer.WriteEndObject();
            return;
        }

        var done = batch.Done[index];
        var refusal = done.End == ItemEnd.Succeeded ? null : BatchAnswers.ReasonOf(state, batch, reader, done);
        writer.WriteStartObject("response");
        writer.WriteNumber("status_code", refusal?.Status ?? 200);
        writer.WriteString("request_id", "req_" + key);
        writer.WriteStartObject("body");
        if (refusal is not null)
            OpenAIWire.WriteError(writer, refusal);
        else
            BatchAnswers.Write(writer, state, batch, reader, done);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteNull("error");
    });
}
