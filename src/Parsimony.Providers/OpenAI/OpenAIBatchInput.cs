using System.Buffers;
using System.Text;

namespace Parsimony.Providers;

/// <summary>Writes a batch's lines while they are uploaded, and refuses before the last byte what OpenAI would refuse after the whole upload.</summary>
internal sealed class OpenAIBatchInput(OpenAIRequestRenderer renderer, BatchLimits limits)
{
    public const int LongestCustomId = 64;

    private const string BeforeId = "{\"custom_id\":\"";
    private const string BeforeUrl = "\",\"method\":\"POST\",\"url\":\"";
    private const string BeforeBody = "\",\"body\":";
    private const string End = "}\n";
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Bytes of a line around its body, with the longest custom id.</summary>
    public static int Overhead(EndpointKind kind) =>
        BeforeId.Length + LongestCustomId + BeforeUrl.Length + OpenAIEndpoint.BatchPathOf(kind).Length + BeforeBody.Length + End.Length;

    /// <summary>Writes every line.</summary>
    /// <exception cref="ProviderException">An item cannot go in this batch; the failure names its line.</exception>
    public async Task WriteAsync(BatchInput input, Stream stream, CancellationToken cancellationToken)
    {
        var output = new BlockWriter(stream);
        await using var pending = output.ConfigureAwait(false);
        var seen = new HashSet<string>(input.Count, StringComparer.Ordinal);
        var url = OpenAIEndpoint.BatchPathOf(input.Kind);
        string? model = null;
        long line = 0;
        await foreach (var item in input.Items(cancellationToken).ConfigureAwait(false))
        {
            line++;
            model ??= item.Envelope.Model.Name;
            if (Fault(item, input.Kind, model, seen) is { } code)
            {
                throw Refused(FailureCause.InvalidRequest, code, line);
            }

            WriteLine(item, url, line, output.Block);
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
    }

    private void WriteLine(BatchItem item, string url, long line, ArrayBufferWriter<byte> buffer)
    {
        Ascii(BeforeId, buffer);
        Ascii(item.CustomId, buffer);
        Ascii(BeforeUrl, buffer);
        Ascii(url, buffer);
        Ascii(BeforeBody, buffer);
        try
        {
            renderer.Render(item.Envelope, item.Cache, buffer);
        }
        catch (ProviderException e)
        {
            throw new ProviderException(e.Provider, e.Failure with { Line = line }, e);
        }

        Ascii(End, buffer);
    }

    private static string? Fault(BatchItem item, EndpointKind kind, string model, HashSet<string> seen)
    {
        if (item.CustomId is not { Length: > 0 and <= LongestCustomId } || item.CustomId.AsSpan().ContainsAnyExcept(IdCharacters))
        {
            return "invalid_custom_id";
        }

        return !seen.Add(item.CustomId) ? "duplicate_custom_id"
            : OpenAIRequestRenderer.KindOf(item.Envelope) != kind ? "url_mismatch"
            : item.Envelope.Model.Name != model ? "model_mismatch"
            : null;
    }

    private static ProviderException Refused(FailureCause cause, string code, long? line) =>
        new(ProviderId.OpenAI, new ProviderFailure(FailureStage.Render, cause, ProviderCode: code, Line: line));

    private static void Ascii(string text, ArrayBufferWriter<byte> buffer) => Encoding.ASCII.GetBytes(text, buffer);
}
