using System.Text.Json;

namespace Parsimony.Sandbox.Model;

/// <summary>Makes the answer, or the refusal, of a worked-off request again.</summary>
internal static class BatchAnswers
{
    public static void Write(Utf8JsonWriter writer, WorldState state, BatchState batch, ContentReader reader, DoneItem done)
    {
        var line = state.Bill.At(done.Billed);
        var body = BatchItems.Body(batch, reader, done.Index);
        Twins.HabitsOf(batch.Provider).Complete(state, batch, done.At, ref body);
        var work = BatchItems.EndpointOf(batch).Answer(body, done.Ordinal, state.Options.Seed);
        work.Write(writer, new Reply(line.ResponseId, done.At + batch.Skew, line.Usage, Batch: true) { ChargePico = line.Unpriced ? null : line.AmountPico });
    }

    public static Refusal ReasonOf(WorldState state, BatchState batch, ContentReader reader, DoneItem done) => done.End switch
    {
        ItemEnd.Refused => Refusal.Invalid("The sandbox was told to refuse this request."),
        ItemEnd.Invalid => Invalid(state, batch, reader, done),
        _ => new Refusal(500, "server_error", "The server had an error while processing your request."),
    };

    private static Refusal Invalid(WorldState state, BatchState batch, ContentReader reader, DoneItem done)
    {
        var body = BatchItems.Body(batch, reader, done.Index);
        return BatchItems.Check(state, batch, done.At, ref body) ?? Refusal.Invalid("The request is invalid.");
    }
}
