using System.Buffers;

namespace Parsimony.Providers;

/// <summary>Writes a batch's lines while they are uploaded, and refuses before the last byte what the provider would refuse after the whole upload.</summary>
internal sealed class BatchFile(ProviderId provider, BatchLimits limits, IBatchLine shape)
{
    public const int LongestCustomId = 64;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Whether an id has the form every provider takes: 1 to 64 letters, digits, dashes and underscores (ASCII).</summary>
    public static bool IsCustomId(string? id) => id is { Length: > 0 and <= LongestCustomId } && !id.AsSpan().ContainsAnyExcept(IdCharacters);

    /// <summary>Writes every line, and answers how many bytes they are.</summary>
    /// <exception cref="ProviderException">An item cannot go in this batch; the failure names its line.</exception>
    public async Task<long> WriteAsync(BatchInput input, Stream stream, CancellationToken cancellationToken)
    {
        var output = new BlockWriter(stream);
        await using var pending = output.ConfigureAwait(false);
        var seen = new HashSet<string>(input.Count, StringComparer.Ordinal);
        string? model = null;
        long line = 0;
        await foreach (var item in input.Items(cancellationToken).ConfigureAwait(false))
        {
            line++;
            model ??= item.Envelope.Model.Name;
            var code = !IsCustomId(item.CustomId) ? "invalid_custom_id"
                : !seen.Add(item.CustomId) ? "duplicate_custom_id"
                : limits.OneModelPerBatch && item.Envelope.Model.Name != model ? "model_mismatch"
                : shape.Fault(item);
            if (code is not null)
            {
                throw Refused(FailureCause.InvalidRequest, code, line);
            }

            WriteLine(item, line, output.Block);
            if (line > limits.MaxRequests || output.Total > limits.MaxBytes)
            {
                throw Refused(FailureCause.TooLarge, line > limits.MaxRequests ? "too_many_tasks" : "file_too_large", line);
            }

            await output.WriteFullAsync(cancellationToken).ConfigureAwait(false);
        }

        if (line == 0)
        {
            throw Refused(FailureCause.InvalidRequest, "empty_file", null);
        }

        await output.EndAsync(cancellationToken).ConfigureAwait(false);
        return output.Total;
    }

    private void WriteLine(BatchItem item, long line, ArrayBufferWriter<byte> buffer)
    {
        try
        {
            shape.Write(item, buffer);
            buffer.Write("\n"u8);
        }
        catch (ProviderException e)
        {
            throw new ProviderException(e.Provider, e.Failure with { Line = line }, e);
        }
    }

    private ProviderException Refused(FailureCause cause, string code, long? line) =>
        new(provider, new ProviderFailure(FailureStage.Render, cause, ProviderCode: code, Line: line));
}

/// <summary>What a provider puts around a request in a batch's file.</summary>
internal interface IBatchLine
{
    /// <summary>Bytes of a line around its body at most: the longest custom id and the line end included.</summary>
    int Overhead { get; }

    /// <summary>Why an item cannot go in this batch, as a short code; null when it can.</summary>
    string? Fault(BatchItem item);

    /// <summary>Writes the line, without its end.</summary>
    /// <exception cref="ProviderException">The request cannot be said.</exception>
    void Write(BatchItem item, IBufferWriter<byte> output);
}
