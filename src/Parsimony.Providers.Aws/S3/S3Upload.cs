namespace Parsimony.Providers.Aws;

/// <summary>A stream whose bytes become an object: one put when they fit in a part, else an upload in parts. Nothing is stored before <see cref="PartedUpload.FinishAsync"/>.</summary>
/// <remarks>Parts have 5 MiB at least but for the last, and 10,000 at most (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html, read 2026-11-21). Not thread safe.</remarks>
internal sealed class S3Upload(S3Objects objects, string key, TimeSpan limit) : PartedUpload(UsualPartBytes)
{
    private readonly List<S3Part> _parts = [];
    private string? _upload;

    /// <summary>Gives up what was begun and not finished. Best effort: the bucket's lifecycle rule for unfinished uploads catches the rest.</summary>
    public override Task AbandonAsync() => _upload is { } begun ? objects.AbortAsync(key, begun, CancellationToken.None) : Task.CompletedTask;

    protected override async Task SendPartAsync(ReadOnlyMemory<byte> part, bool isLast, CancellationToken cancellationToken)
    {
        if (_upload is null)
        {
            if (isLast)
            {
                Check(await objects.PutAsync(key, part, limit, cancellationToken).ConfigureAwait(false));
                return;
            }

            var (id, begun) = await objects.BeginAsync(key, cancellationToken).ConfigureAwait(false);
            Check(begun);
            _upload = id;
        }

        var (sent, failure) = await objects.PartAsync(key, _upload, _parts.Count + 1, part, limit, cancellationToken).ConfigureAwait(false);
        Check(failure);
        _parts.Add(sent);
        if (isLast)
        {
            Check(await objects.CompleteAsync(key, _upload, _parts, limit, cancellationToken).ConfigureAwait(false));
            _upload = null;
        }
    }

    private static void Check(ProviderFailure? failure)
    {
        if (failure is not null)
        {
            throw new ProviderException(ProviderId.Bedrock, failure);
        }
    }
}
