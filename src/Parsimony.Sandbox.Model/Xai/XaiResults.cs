namespace Parsimony.Sandbox.Model;

/// <summary>The results of a batch, page by page; those there are can be read before it ends.</summary>
internal sealed class XaiResults(WorldState state)
{
    private const string UrlOfResponses = "/v1/responses";

    public ResultLines Lines(BatchState batch)
    {
        var known = batch.IsEnded && batch.Phase != BatchPhase.Failed ? batch.Count : batch.Done.Count;
        return new ResultLines(
            batch, Enumerable.Range(0, known).ToList(), shaped: batch.IsEnded, cutsLast: false,
            (reader, index) => Render(batch, reader, index), static (line, id) => OpenAIResults.Rename(line, id, "batch_request_id"));
    }

    public static byte[] Page(IReadOnlyList<byte[]> rows, string? token) => JsonBytes.Of(writer =>
    {
        writer.WriteStartArray("results");
        foreach (var row in rows)
        {
            // One that is broken is still a row: a page is whole, or no page.
            if (row.Length == 0)
                writer.WriteStringValue("simulated break");
            else
                writer.WriteRawValue(row);
        }

        writer.WriteEndArray();
        writer.WriteString("pagination_token", token);
    });

    private byte[] Render(BatchState batch, ContentReader reader, int index) => JsonBytes.Of(writer =>
    {
        writer.WriteString("batch_request_id", BatchItems.Of(batch)[index].CustomId);
        writer.WriteStartObject("batch_result");
        var refusal = index < batch.Done.Count && batch.Done[index].End != ItemEnd.Succeeded ? BatchAnswers.ReasonOf(state, batch, reader, batch.Done[index]) : null;
        if (index >= batch.Done.Count)
        {
            XaiWire.WriteItemError(writer, batch.Phase == BatchPhase.Cancelled ? 1 : 4, "The request was not executed.");
        }
        else if (refusal is not null)
        {
            XaiWire.WriteItemError(writer, refusal.Status >= 500 ? 13 : 3, refusal.Message);
        }
        else
        {
            writer.WriteStartObject("response");
            writer.WriteStartObject(batch.Endpoint == UrlOfResponses ? "responses" : "chat_get_completion");
            BatchAnswers.Write(writer, state, batch, reader, batch.Done[index]);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();

        // Some rows tell their error once more.
        if (refusal is not null && index % 2 == 1)
            writer.WriteString("error_message", refusal.Message);
    });
}
