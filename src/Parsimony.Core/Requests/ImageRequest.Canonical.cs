namespace Parsimony;

public sealed partial record ImageRequest
{
    /// <summary>Writes the request down for a model, in canonical bytes.</summary>
    /// <exception cref="NotStorableException">A value of <see cref="Raw"/> is not JSON.</exception>
    public Envelope ToEnvelope(ModelId model) => CanonicalBytes.Envelope(EndpointKind.Images, model, writer =>
    {
        writer.WriteString("prompt", Prompt);
        writer.Optional("size", Size);
        writer.Optional("count", Count);
        writer.Optional("quality", Quality);
        writer.Optional("raw", Raw);
    });

    /// <summary>Reads what <see cref="ToEnvelope"/> wrote.</summary>
    /// <exception cref="ArgumentException">Not a canonical images envelope.</exception>
    /// <exception cref="FormatException">Its bytes cannot be read.</exception>
    public static ImageRequest FromEnvelope(Envelope envelope) =>
        CanonicalBytes.Read(envelope, EndpointKind.Images, body => new ImageRequest
        {
            Prompt = body.RequiredText("prompt"),
            Size = body.Text("size"),
            Count = body.Int32("count"),
            Quality = body.Text("quality"),
            Raw = body.Object("raw"),
        });
}
