using System.Buffers;
using System.Text;

namespace Parsimony.Providers;

/// <summary>A line of OpenAI's batch file: <c>{"custom_id":"...","method":"POST","url":"/v1/...","body":{...}}</c>; some who serve the same leave out method and url.</summary>
internal sealed class OpenAIBatchLine(OpenAIRequestRenderer renderer, OpenAIBatchProfile batches, EndpointKind kind) : IBatchLine
{
    private const string BeforeId = "{\"custom_id\":\"";

    private readonly string _beforeBody = batches.NamesUrl
        ? $"\",\"method\":\"POST\",\"url\":\"{batches.UrlPrefix}/{OpenAIEndpoint.BatchPathOf(kind)}\",\"body\":"
        : "\",\"body\":";

    /// <inheritdoc/>
    public int Overhead => BeforeId.Length + BatchFile.LongestCustomId + _beforeBody.Length + "}\n".Length;

    /// <summary>An upper bound of a line's bytes; null for what the batch does not take.</summary>
    public static long? Measure(OpenAIRequestRenderer renderer, OpenAIBatchProfile batches, Envelope envelope)
    {
        if (OpenAIRequestRenderer.KindOf(envelope) is not { } kind || !batches.Kinds.Contains(kind))
        {
            return null;
        }

        var overhead = new OpenAIBatchLine(renderer, batches, kind).Overhead;

        if (envelope.Dialect == Dialect.OpenAI)
        {
            // A verbatim body only shrinks, but for its model's name, of which each character may be escaped.
            return envelope.Bytes.Length + (6L * envelope.Model.Name.Length) + 16 + overhead;
        }

        try
        {
            using var body = new CountingWriter();
            renderer.Render(envelope, CacheControl.None, body);
            return body.Written + overhead;
        }
        catch (ProviderException)
        {
            // One item that cannot be said would spoil the whole file: it goes alone, and its own call says why.
            return null;
        }
    }

    /// <summary>The model of a batch whose provider wants it beside the file; null when there is no item.</summary>
    public static async ValueTask<string?> ModelOfAsync(BatchInput input, CancellationToken cancellationToken)
    {
        await foreach (var item in input.Items(cancellationToken).ConfigureAwait(false))
        {
            return item.Envelope.Model.Name;
        }

        return null;
    }

    /// <inheritdoc/>
    public string? Fault(BatchItem item) => OpenAIRequestRenderer.KindOf(item.Envelope) != kind ? "url_mismatch" : null;

    /// <inheritdoc/>
    public void Write(BatchItem item, IBufferWriter<byte> output)
    {
        Encoding.ASCII.GetBytes(BeforeId, output);
        Encoding.ASCII.GetBytes(item.CustomId, output);
        Encoding.ASCII.GetBytes(_beforeBody, output);
        renderer.Render(item.Envelope, item.Cache, output);
        output.Write("}"u8);
    }
}
