using System.IO.Compression;

namespace Parsimony.Engine;

/// <summary>
/// Moves a store's content to another store, of the same or another database, through a file: everything but what a database makes for itself. Constant memory.
/// </summary>
/// <remarks>
/// A file is lines of JSON (a header, the rows, a trailer with counts and a hash), compressed with Brotli; with protection configured, sealed by the same keys.
/// </remarks>
public static class StoreMove
{
    /// <summary>Writes a store to a stream. With open work, the store is marked as moved first: nobody can change it any more, so that no two engines do the same work.</summary>
    /// <param name="store">A store as it was opened.</param>
    /// <param name="target">Where to; stays open.</param>
    /// <param name="options">What, and how; the defaults when null.</param>
    /// <param name="clock">Dates the export; the system's clock when null.</param>
    /// <param name="cancellationToken">Gives up; the mark is taken back.</param>
    /// <exception cref="StoreMoveException">The store cannot be exported now: an engine runs on it, or it was moved before.</exception>
    public static async Task<MoveSummary> ExportAsync(
        IEngineStore store, Stream target, StoreMoveOptions? options = null, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        options ??= new StoreMoveOptions();
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        var movable = Movable(store);
        var isFrozen = !options.OnlyEnded && await FreezeAsync(movable, now, options.Again, cancellationToken).ConfigureAwait(false);
        try
        {
            var source = await movable.OpenSourceAsync(options.OnlyEnded, cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                var sealing = options.Protection?.Current is null ? null : new SealingStream(target, new Envelopes(options.Protection));
                var packed = new BrotliStream(sealing ?? target, CompressionLevel.Fastest, leaveOpen: true);
                MoveSummary summary;
                await using (packed.ConfigureAwait(false))
                {
                    summary = await new ExportWriter(packed, options.OnlyEnded, now).WriteAsync(source, cancellationToken).ConfigureAwait(false);
                }

                if (sealing is not null)
                {
                    await sealing.DisposeAsync().ConfigureAwait(false);
                }

                await target.FlushAsync(cancellationToken).ConfigureAwait(false);
                return summary;
            }
        }
        catch when (isFrozen)
        {
            // What was written is no whole export: the store goes on.
            await movable.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads a stream into an empty store, in one transaction: all of it, or nothing. Counts, sums and the hash of the export are checked before it is kept.</summary>
    /// <param name="store">An empty store as it was opened.</param>
    /// <param name="source">An export.</param>
    /// <param name="protection">Opens a sealed export; needs its key alone.</param>
    /// <param name="clock">Leases of imported work end at its now; the system's clock when null.</param>
    /// <param name="cancellationToken">Gives up; nothing is kept.</param>
    /// <exception cref="StoreMoveException">The store is not empty, or the stream is not a whole export.</exception>
    /// <exception cref="PayloadProtectionException">The export is sealed with a key that is not there.</exception>
    public static async Task<MoveSummary> ImportAsync(
        IEngineStore store, Stream source, PayloadProtection? protection = null, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        MoveSummary? summary = null;
        var opened = await OpenedStream.OpenAsync(source, new Envelopes(protection), cancellationToken).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            var unpacked = new BrotliStream(opened, CompressionMode.Decompress);
            await using (unpacked.ConfigureAwait(false))
            {
                await Movable(store).ImportAsync(
                    async into => summary = await new ImportReader(unpacked, into).ReadAsync(cancellationToken).ConfigureAwait(false),
                    (clock ?? TimeProvider.System).GetUtcNow(), cancellationToken).ConfigureAwait(false);
            }
        }

        return summary ?? throw new StoreMoveException("The import did not come to its end. Nothing of it was kept; import again.");
    }

    /// <summary>Takes the mark of an export back: the store can be changed, and an engine can run on it. Only when the export is not imported anywhere, or the same work is done twice.</summary>
    /// <returns>Whether there was a mark.</returns>
    public static Task<bool> ReleaseAsync(IEngineStore store, CancellationToken cancellationToken = default) => Movable(store).ReleaseAsync(cancellationToken);

    private static async Task<bool> FreezeAsync(IMovable store, DateTimeOffset now, bool again, CancellationToken cancellationToken)
    {
        if (await store.FindFrozenAsync(cancellationToken).ConfigureAwait(false) is { } movedAt)
        {
            return again ? false : throw new StoreMoveException(
                $"This store was moved on {movedAt:u}. Export it again only when that export is lost ('--again'); take the mark back only when it was not imported anywhere ('--release').");
        }

        return await store.FreezeAsync(now, cancellationToken).ConfigureAwait(false)
            ? true
            : throw new StoreMoveException("An engine runs on this store. End it first, or export what has ended ('--snapshot').");
    }

    private static IMovable Movable(IEngineStore store) =>
        store as IMovable ?? throw new ArgumentException("This store cannot be moved. Pass one of Storage.Sqlite or Storage.Postgres, as it was opened.", nameof(store));
}

/// <summary>What an export holds, and how it is written.</summary>
public sealed record StoreMoveOptions
{
    /// <summary>Whether open requests and their batches are left out; then the store goes on as before.</summary>
    /// <value>False by default: everything is exported, and the store is marked as moved.</value>
    public bool OnlyEnded { get; init; }

    /// <summary>Whether a store that was marked before is exported once more.</summary>
    /// <value>False by default.</value>
    public bool Again { get; init; }

    /// <summary>Seals the export with its current key.</summary>
    /// <value>Null by default: the export is readable by whoever has the file.</value>
    public PayloadProtection? Protection { get; init; }
}

/// <summary>What was exported or imported.</summary>
/// <param name="Rows">Rows by table.</param>
/// <param name="CostUsd">The sum of all known costs of the ledger, USD.</param>
/// <param name="Hash">SHA-256 over all rows, hexadecimal: equal for equal content.</param>
public sealed record MoveSummary(IReadOnlyDictionary<string, long> Rows, decimal CostUsd, string Hash);

/// <summary>A store cannot be exported or imported as asked; the message says why and what to do.</summary>
public sealed class StoreMoveException : Exception
{
    /// <summary>A refusal with what to do about it.</summary>
    public StoreMoveException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
