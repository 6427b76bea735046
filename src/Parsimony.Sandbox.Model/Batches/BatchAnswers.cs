using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Makes the answer, or the refusal, of a worked-off request again.</summary>
internal static class BatchAnswers
{
    public static void Write(Utf8JsonWriter writer, WorldState state, BatchState batch, ContentReader reader, DoneItem done)
    {
        var line = state.Bill.At(done.Billed);
        var work = BatchItems.EndpointOf(batch).Answer(BatchItems.Body(batch, reader, done.Index), done.Ordinal, state.Options.Seed);
        work.Write(writer, new Reply(line.ResponseId, done.At + batch.Skew, line.Usage, Batch: true) { ChargePico = line.Unpriced ? null : line.AmountPico });
    }

    public static Refusal ReasonOf(BatchState batch, ContentReader reader, DoneItem done) => done.End switch
    {
        ItemEnd.Refused => Refusal.Invalid("The sandbox was told to refuse this request."),
        ItemEnd.Invalid => BatchItems.EndpointOf(batch).Check(BatchItems.Body(batch, reader, done.Index), batch: true) ?? Refusal.Invalid("The request is invalid."),
        _ => new Refusal(500, "server_error", "The server had an error while processing your request."),
    };
}
