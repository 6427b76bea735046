using System.Buffers;
using System.Text;

namespace Parsimony.Providers.Aws;

/// <summary>A record of a job's input: <c>{"recordId":"...","modelInput":{...}}</c>.</summary>
/// <remarks>Shape: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html, read 2026-11-20.</remarks>
internal sealed class BedrockBatchLine(BedrockRequestRenderer renderer, BedrockForm form, EndpointKind kind) : IBatchLine
{
    /// <summary>Bytes around a body at most.</summary>
    public const int Around = 27 + BatchFile.LongestCustomId + 15 + 2;

    private const string BeforeId = "{\"recordId\":\"";
    private const string BeforeBody = "\",\"modelInput\":";

    /// <summary>The id of a line written here; null for another one.</summary>
    public static string? IdOf(ReadOnlySpan<byte> line)
    {
        var start = Encoding.ASCII.GetBytes(BeforeId);
        return line.StartsWith(start) && line[start.Length..].IndexOf((byte)'"') is var end and > 0 ? Encoding.ASCII.GetString(line.Slice(start.Length, end)) : null;
    }

    /// <inheritdoc/>
    public int Overhead => Around;

    /// <inheritdoc/>
    public string? Fault(BatchItem item) => item.Envelope.Kind != kind || BedrockRequestRenderer.LiveFormOf(item.Envelope) is null ? "kind_mismatch" : null;

    /// <inheritdoc/>
    public void Write(BatchItem item, IBufferWriter<byte> output)
    {
        Encoding.ASCII.GetBytes(BeforeId, output);
        Encoding.ASCII.GetBytes(item.CustomId, output);
        Encoding.ASCII.GetBytes(BeforeBody, output);
        renderer.RenderRecord(item.Envelope, form, output);
        output.Write("}"u8);
    }
}
