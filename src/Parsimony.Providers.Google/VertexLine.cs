using System.Buffers;
using System.Text;

namespace Parsimony.Providers.Google;

/// <summary>
/// A line of a job's input: <c>{"request":{...,"labels":{...}}}</c> for Gemini, which has no field for an id and echoes the request, and
/// <c>{"custom_id":"...","request":{...}}</c> for Claude.
/// </summary>
internal sealed class VertexLine(VertexRenderer renderer, EndpointKind kind) : IBatchLine
{
    /// <inheritdoc/>
    public int Overhead => 384;

    /// <inheritdoc/>
    public string? Fault(BatchItem item) => !VertexRenderer.Serves(item.Envelope) || item.Envelope.Kind != kind ? "kind_mismatch" : NamesCache(item.Envelope) ? "cached_content" : null;

    /// <summary>Whether a request is over an explicit cache, which jobs refuse line by line ("does not support cached content with batch prediction").</summary>
    public static bool NamesCache(Envelope envelope) => envelope.Bytes.Span.IndexOf("\"cachedContent\":"u8) >= 0;

    /// <inheritdoc/>
    public void Write(BatchItem item, IBufferWriter<byte> output)
    {
        if (VertexModel.IsClaude(item.Envelope.Model.Name))
        {
            output.Write("{\"custom_id\":\""u8);
            Encoding.ASCII.GetBytes(item.CustomId, output);
            output.Write("\",\"request\":"u8);
            renderer.Render(item.Envelope, item.Cache, output);
        }
        else
        {
            output.Write("{\"request\":"u8);
            renderer.Render(item.Envelope, item.Cache, output, LabelledId.Write(item.CustomId));
        }

        output.Write("}"u8);
    }
}
