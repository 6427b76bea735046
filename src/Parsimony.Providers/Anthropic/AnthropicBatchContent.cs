using System.Buffers;
using System.Text;

namespace Parsimony.Providers;

/// <summary>Writes <c>{"requests":[{"custom_id":"...","params":{...}},...]}</c> item by item: one item in memory, the same bytes on every try.</summary>
internal sealed class AnthropicBatchContent(BatchInput input, AnthropicRequestRenderer renderer, long maxBytes)
{
    /// <summary>Bytes around an item's body: braces, names, the longest custom id, a comma; and of the whole, so that a bound of one item holds, too.</summary>
    public const int BytesAroundItem = 112;

    /// <summary>Writes the body.</summary>
    /// <exception cref="ProviderException">An item cannot be sent; the body stays unfinished, so the provider cannot take it.</exception>
    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var output = new BlockWriter(stream);
        await using var pending = output.ConfigureAwait(false);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        output.Block.Write("{\"requests\":["u8);
        await foreach (var item in input.Items(cancellationToken).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!BatchFile.IsCustomId(item.CustomId) || !seen.Add(item.CustomId))
            {
                throw Cannot(FailureCause.InvalidRequest, "custom_id", seen.Count);
            }

            Append(item, seen.Count, output.Block);
            Check(output);
            await output.WriteFullAsync(cancellationToken).ConfigureAwait(false);
        }

        if (seen.Count != input.Count)
        {
            throw Cannot(FailureCause.InvalidRequest, "count", seen.Count);
        }

        output.Block.Write("]}"u8);
        Check(output);
        await output.EndAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Append(BatchItem item, int position, ArrayBufferWriter<byte> buffer)
    {
        buffer.Write(position == 1 ? "{\"custom_id\":\""u8 : ",{\"custom_id\":\""u8);
        Encoding.ASCII.GetBytes(item.CustomId.AsSpan(), buffer);
        buffer.Write("\",\"params\":"u8);
        try
        {
            renderer.Render(item.Envelope, item.Cache.Marks, buffer);
        }
        catch (ProviderException e)
        {
            throw new ProviderException(ProviderId.Anthropic, e.Failure with { Line = position }, e);
        }

        buffer.Write("}"u8);
    }

    private void Check(BlockWriter output)
    {
        if (output.Total > maxBytes)
        {
            throw Cannot(FailureCause.TooLarge, "bytes", null);
        }
    }

    private static ProviderException Cannot(FailureCause cause, string what, long? line) =>
        new(ProviderId.Anthropic, new ProviderFailure(FailureStage.Render, cause, ProviderCode: what, Line: line));
}
