using Parsimony.Engine;

namespace Parsimony.Bench;

/// <summary>The requests that are measured: chat requests in canonical bytes, each with text of its own.</summary>
internal static class Requests
{
    public static readonly ModelId Model = new(ProviderId.OpenAI, "gpt-5-mini");

    /// <summary>Requests whose canonical bytes are this long, from a seed.</summary>
    public static IEnumerable<IntakeRequest> Make(int count, int bytes, int seed, string scope = "bench")
    {
        var prose = new Prose(seed);
        for (var i = 0; i < count; i++)
        {
            yield return Of(One(prose, bytes), scope);
        }
    }

    /// <summary>What a caller with many rows brings.</summary>
    public static IntakeRequest Of(Envelope envelope, string scope) => new() { Envelope = envelope, Scope = scope, IsBulk = true };

    /// <summary>A request of this many canonical bytes with one system and one user turn.</summary>
    public static Envelope One(Prose prose, int bytes, ModelId? model = null)
    {
        const string instruction = "Say in one sentence what the following text is about.";
        var frame = Write(instruction, "", model).Bytes.Length;
        return Write(instruction, prose.Next(Math.Max(1, bytes - frame)), model);
    }

    /// <summary>A request in equal blocks: the first half of them instructions, the rest what is asked.</summary>
    public static Envelope InBlocks(int blocks, int bytes)
    {
        var prose = new Prose(8);
        var turns = Enumerable.Range(0, blocks)
            .Select(block => new ChatTurn(block < blocks / 2 ? ChatTurnRole.System : ChatTurnRole.User, [new ChatPart.Text(prose.Next(bytes / blocks - 64))]));
        return new ChatRequest { Turns = [.. turns], MaxOutputTokens = 200 }.ToEnvelope(Model);
    }

    private static Envelope Write(string instruction, string question, ModelId? model) => new ChatRequest
    {
        Turns = [new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(instruction)]), new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(question)])],
        MaxOutputTokens = 200,
    }.ToEnvelope(model ?? Model);
}
