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
