using System.Buffers;
using System.Text;

namespace Parsimony.Providers;

/// <summary>A line of a batch's file: <c>{"key":"...","request":{...}}</c>.</summary>
/// <param name="renderer">Writes the request.</param>
/// <param name="kind">What the batch's lines ask for.</param>
internal sealed class GeminiBatchLine(GeminiRequestRenderer renderer, EndpointKind kind) : IBatchLine
{
    private const string BeforeKey = "{\"key\":\"";
    private const string BeforeRequest = "\",\"request\":";

    /// <inheritdoc/>
    public int Overhead => BeforeKey.Length + BatchFile.LongestCustomId + BeforeRequest.Length + 2;

    /// <inheritdoc/>
    public string? Fault(BatchItem item) => GeminiRequestRenderer.KindOf(item.Envelope) == kind ? null : "kind_mismatch";

    /// <inheritdoc/>
    public void Write(BatchItem item, IBufferWriter<byte> output)
    {
        Encoding.ASCII.GetBytes(BeforeKey, output);
        Encoding.ASCII.GetBytes(item.CustomId, output);
        Encoding.ASCII.GetBytes(BeforeRequest, output);
        renderer.Render(item.Envelope, output);
        output.Write("}"u8);
    }
}
