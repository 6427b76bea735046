namespace Parsimony;

public sealed partial record EmbeddingRequest
{
    /// <summary>Writes the request down for a model, in canonical bytes.</summary>
    /// <exception cref="NotStorableException">A value of <see cref="Raw"/> is not JSON.</exception>
    public Envelope ToEnvelope(ModelId model) => CanonicalBytes.Envelope(EndpointKind.Embeddings, model, writer =>
    {
        writer.WriteString("input", Input);
        writer.Optional("dimensions", Dimensions);
        writer.Optional("raw", Raw);
    });

    /// <summary>Reads what <see cref="ToEnvelope"/> wrote.</summary>
    /// <exception cref="ArgumentException">Not a canonical embeddings envelope.</exception>
    /// <exception cref="FormatException">Its bytes cannot be read.</exception>
    public static EmbeddingRequest FromEnvelope(Envelope envelope) =>
        CanonicalBytes.Read(envelope, EndpointKind.Embeddings, body => new EmbeddingRequest
        {
            Input = body.RequiredText("input"),
            Dimensions = body.Int32("dimensions"),
            Raw = body.Object("raw"),
        });
}
