using System.Runtime.CompilerServices;

namespace Parsimony.Engine;

/// <summary>The items of a batch as they are sent: read from the store again each time, so that a second try sends the same bytes.</summary>
internal sealed class BatchContents(StageContext context, Batch batch)
{
    /// <summary>Whether the first of the items can be read at all: found out before the intent, nothing is in doubt.</summary>
    public async Task<PayloadProtectionException?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in context.Store.Batches.ReadItemsAsync(batch.Id, cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            return null;
        }
        catch (PayloadProtectionException exception)
        {
            return exception;
        }
    }

    /// <summary>How many items there are to send.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var item in context.Store.Batches.ReadItemsAsync(batch.Id, cancellationToken).ConfigureAwait(false))
        {
            count++;
        }

        return count;
    }

    /// <summary>The input for the provider.</summary>
    /// <param name="count">How many items there are.</param>
    /// <param name="caching">What is asked of the prompt cache; null for nothing.</param>
    public BatchInput Input(int count, BatchCaching? caching) => new()
    {
        SubmissionKey = batch.Key,
        Kind = batch.Kind,
        Count = count,
        MostBytes = batch.Bytes > 0 ? batch.Bytes : null,
        SendLimit = context.Options.SendLimit,
        Items = cancellationToken => ReadAsync(caching, cancellationToken),
    };

    private async IAsyncEnumerable<BatchItem> ReadAsync(BatchCaching? caching, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        caching?.Rewind();
        await foreach (var item in context.Store.Batches.ReadItemsAsync(batch.Id, cancellationToken).ConfigureAwait(false))
        {
            yield return new BatchItem(CustomId.Write(batch.Key, item.Sequence, item.Attempt), item.Envelope) { Cache = caching?.Ask(item.Envelope) ?? CacheControl.None };
        }
    }
}
