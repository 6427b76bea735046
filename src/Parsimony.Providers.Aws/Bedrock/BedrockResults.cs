using System.Runtime.CompilerServices;

namespace Parsimony.Providers.Aws;

/// <summary>The files a job leaves in its output folder: one of records for each file of input, and a manifest of counts.</summary>
/// <remarks>Names: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html, read 2026-11-20. The folder is listed, for names follow those of the input.</remarks>
internal sealed class BedrockResults(S3Objects objects, ProviderHttp http)
{
    private const string RecordsEnd = ".jsonl.out";
    private const string Manifest = "manifest.json.out";

    /// <summary>Streams the records of a job, one line in memory, and then those it never came to.</summary>
    public async IAsyncEnumerable<BatchLine> ReadAsync(BatchSnapshot batch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long number = 0;
        var files = 0;
        var unrun = batch.ResultReferences.Select(BedrockUnrun.Read).OfType<BedrockUnrun>().FirstOrDefault();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in Folders(batch.ResultReferences))
        {
            foreach (var key in await KeysAsync(folder, FailureStage.Collect, cancellationToken).ConfigureAwait(false))
            {
                if (!key.EndsWith(RecordsEnd, StringComparison.Ordinal))
                {
                    continue;
                }

                files++;
                await foreach (var line in LinesAsync(key, cancellationToken).ConfigureAwait(false))
                {
                    var read = BedrockLineReader.Read(++number, line.Bytes.Span);
                    seen.Add(read.CustomId ?? "");
                    yield return read;
                }
            }
        }

        if (files == 0 && (unrun is null || unrun.Done > 0))
        {
            // Records were done, and somebody has deleted them: that is no empty result.
            throw new ProviderException(ProviderId.Bedrock, new ProviderFailure(FailureStage.Collect, FailureCause.NotFound));
        }

        if (unrun is not null && number >= (unrun.Done ?? 0) && !seen.Contains(""))
        {
            var left = new List<string>();
            var told = 0L;
            await foreach (var id in InputIdsAsync(unrun.Input, cancellationToken).ConfigureAwait(false))
            {
                if (seen.Contains(id))
                {
                    told++;
                }
                else
                {
                    left.Add(id);
                }
            }

            // When lines of done records are missing, nobody can say which of the others were done, and billed: none of them is told then.
            foreach (var id in told >= (unrun.Done ?? 0) ? left : [])
            {
                yield return unrun.Line(++number, id);
            }
        }
    }

    /// <summary>The output folders among result addresses.</summary>
    public static IEnumerable<string> Folders(IEnumerable<string> references) => references.Where(reference => BedrockUnrun.Read(reference) is null);

    /// <summary>How many records the manifest says were done; null when there is none to read.</summary>
    public async Task<long?> CountAsync(string folder, CancellationToken cancellationToken) =>
        objects.Address.KeyOf(folder) is { } prefix && await objects.ReadAsync(prefix + Manifest, FailureStage.Poll, cancellationToken).ConfigureAwait(false) is { } body
            ? BatchCalls.Parse(body, root => root.Count("processedRecordCount") is { } count ? (object)count : null) as long?
            : null;

    /// <summary>Deletes a job's files; null when they are gone, now or before.</summary>
    public async Task<ProviderFailure?> DeleteAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            ProviderFailure? first = null;
            foreach (var key in await KeysAsync(folder, FailureStage.Clean, cancellationToken).ConfigureAwait(false))
            {
                var failure = await objects.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
                first ??= failure;
            }

            return first;
        }
        catch (ProviderException e)
        {
            return e.Failure;
        }
    }

    // A folder of another bucket, or the whole bucket, is never touched.
    private async Task<IReadOnlyList<string>> KeysAsync(string folder, FailureStage stage, CancellationToken cancellationToken) =>
        objects.Address.KeyOf(folder) is { Length: > 1 } prefix && prefix.EndsWith('/')
            ? await objects.ListAsync(prefix, stage, cancellationToken).ConfigureAwait(false)
            : throw new ProviderException(ProviderId.Bedrock, new ProviderFailure(stage, FailureCause.NotFound, ProviderCode: "other-bucket"));

    // Our own lines begin with the id, which holds no escapes. An input that is gone tells nothing.
    private async IAsyncEnumerable<string> InputIdsAsync(string input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (objects.Address.KeyOf(input) is not { } key || (await objects.ListAsync(key, FailureStage.Collect, cancellationToken).ConfigureAwait(false)).Count == 0)
        {
            yield break;
        }

        await foreach (var line in LinesAsync(key, cancellationToken).ConfigureAwait(false))
        {
            if (BedrockBatchLine.IdOf(line.Bytes.Span) is { } id)
            {
                yield return id;
            }
        }
    }

    private async IAsyncEnumerable<JsonLine> LinesAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reply = await objects.OpenAsync(key, FailureStage.Collect, cancellationToken).ConfigureAwait(false);
        using var ok = reply.OrThrow(ProviderId.Bedrock);
        var stream = await http.OpenAsync(ok.Response, FailureStage.Collect, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var line in JsonLines.ReadAsync(new EchoFilter(stream), cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }
}
