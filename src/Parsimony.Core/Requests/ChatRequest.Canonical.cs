namespace Parsimony;

public sealed partial record ChatRequest
{
    /// <summary>Writes the request down for a model, in canonical bytes: equal requests give equal bytes.</summary>
    /// <exception cref="NotStorableException">A number is not finite, a value of <see cref="Raw"/> is not JSON, or something nests too deeply.</exception>
    public Envelope ToEnvelope(ModelId model) =>
        CanonicalBytes.Envelope(EndpointKind.Chat, model, writer => ChatRequestJson.Write(this, writer));

    /// <summary>Reads what <see cref="ToEnvelope"/> wrote.</summary>
    /// <exception cref="ArgumentException">Not a canonical chat envelope.</exception>
    /// <exception cref="FormatException">Its bytes cannot be read.</exception>
    public static ChatRequest FromEnvelope(Envelope envelope) => CanonicalBytes.Read(envelope, EndpointKind.Chat, ChatRequestJson.Read);

    /// <summary>
    /// The blocks of the prompt in prefix order: tools, then the parts of the turns. A block's place in this list is its
    /// <see cref="CacheMark.BlockIndex"/> and its place among <see cref="Fingerprinter.Prefixes(Envelope)"/>.
    /// </summary>
    public IReadOnlyList<PromptBlock> Blocks()
    {
        var blocks = new List<PromptBlock>(Tools.Count + Turns.Count);
        for (var tool = 0; tool < Tools.Count; tool++)
        {
            blocks.Add(new PromptBlock(tool, Turn: null, Part: null));
        }

        for (var turn = 0; turn < Turns.Count; turn++)
        {
            for (var part = 0; part < Turns[turn].Parts.Count; part++)
            {
                blocks.Add(new PromptBlock(Tool: null, turn, part));
            }
        }

        return blocks;
    }
}

/// <summary>A piece of a prompt that a cached prefix can end after: a tool, or a part of a turn.</summary>
/// <param name="Tool">Index in <see cref="ChatRequest.Tools"/>; null for a part.</param>
/// <param name="Turn">Index in <see cref="ChatRequest.Turns"/>; null for a tool.</param>
/// <param name="Part">Index in <see cref="ChatTurn.Parts"/>; null for a tool.</param>
public readonly record struct PromptBlock(int? Tool, int? Turn, int? Part);
